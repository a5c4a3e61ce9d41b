package io.slipway.taskapi.neighbour;

import io.slipway.taskapi.http.ServiceCalls;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Calls to identity-service, as in {@code docs/interfaces.md} section 2. */
@ApplicationScoped
public class IdentityClient {
  private static final String SERVICE = "identity-service";

  private final ServiceCalls calls;
  private final String base;

  IdentityClient(
      ServiceCalls calls, @ConfigProperty(name = "slipway.identity-url") String identityUrl) {
    this.calls = calls;
    this.base = identityUrl + "/internal/";
  }

  /** An action on a resource. */
  public record Check(String action, String scope) {}

  /**
   * Decisions about checks.
   *
   * @param version as of which they were made; empty if they are not to be used again
   * @param granted for each check, in the same order
   */
  public record Decisions(String version, List<Boolean> granted) {}

  /** The principal of a resource's own identity. */
  public record SystemIdentity(String principalId, String clientId, String tenantId) {}

  /** A user-assigned identity; {@code id} in its stored spelling. */
  public record UserIdentity(String id, String name, String principalId, String clientId) {}

  /** What became of a look-up of user-assigned identities. */
  public record Resolved(List<UserIdentity> identities, List<String> missing) {}

  /** What an act-as grant says: the principals that the attempt may act as. */
  public record ActAsRequest(
      String subject, UUID runUid, int attempt, String agent, List<String> mayActAs) {}

  /** For each check whether the principal may, in the same order; at most 1,000 checks. */
  public Uni<Decisions> decide(String principalId, List<Check> checks) {
    JsonArray asked = new JsonArray();
    checks.forEach(check ->
        asked.add(new JsonObject().put("action", check.action()).put("scope", check.scope())));
    JsonObject body = new JsonObject().put("principalId", principalId).put("checks", asked);
    return post("access-decisions", body).map(answer -> decisions(answer, checks.size()));
  }

  /** As of which version decisions are made now. */
  public Uni<String> accessVersion() {
    return calls
        .call(SERVICE, HttpMethod.GET, base + "access-version", null)
        .map(answer -> text(answer.bodyAsJsonObject(), "version"));
  }

  /** Makes or finds the system identity of a resource. */
  public Uni<SystemIdentity> ensureSystemIdentity(String ownerId, String displayName) {
    JsonObject body = new JsonObject().put("ownerId", ownerId).put("displayName", displayName);
    return put("system-identities", body)
        .map(answer ->
            new SystemIdentity(
                text(answer, "principalId"), text(answer, "clientId"), text(answer, "tenantId")));
  }

  /** Ends the system identity of a resource. */
  public Uni<Void> deleteSystemIdentity(String ownerId) {
    return delete("system-identities?ownerId=" + encoded(ownerId));
  }

  /** Gives a principal a role on a resource. */
  public Uni<Void> ensureRole(String principalId, String roleName, String scope) {
    JsonObject body =
        new JsonObject()
            .put("principalId", principalId)
            .put("roleName", roleName)
            .put("scope", scope);
    return call(HttpMethod.PUT, "role-assignments", body).replaceWithVoid();
  }

  /** Looks up user-assigned identities by their ARM ids, in any case. */
  public Uni<Resolved> resolve(Collection<String> ids) {
    JsonObject body = new JsonObject().put("ids", new JsonArray(List.copyOf(ids)));
    return post("identities/resolve", body)
        .map(answer ->
            new Resolved(
                answer.getJsonArray("identities").stream()
                    .map(found -> userIdentity((JsonObject) found))
                    .toList(),
                answer.getJsonArray("missing").stream().map(Object::toString).toList()));
  }

  /**
   * Says which resource a registry service is.
   *
   * @param armTokens whether its log-in takes tokens of the ARM audience
   */
  public Uni<Void> protect(String audience, String resourceId, boolean armTokens) {
    JsonObject body =
        new JsonObject()
            .put("audience", audience)
            .put("resourceId", resourceId)
            .put("armTokens", armTokens);
    return call(HttpMethod.PUT, "protected-resources", body).replaceWithVoid();
  }

  /** Forgets a registry service, if it is still this resource. */
  public Uni<Void> unprotect(String audience, String resourceId) {
    return delete(
        "protected-resources?audience=" + encoded(audience) + "&resourceId=" + encoded(resourceId));
  }

  /** A resource is gone, and all below it. */
  public Uni<Void> resourceDeleted(String resourceId) {
    return call(
            HttpMethod.POST, "resource-deletions", new JsonObject().put("resourceId", resourceId))
        .replaceWithVoid();
  }

  /** A grant by which credential-broker asks for tokens of a run's identities; a JWT. */
  public Uni<String> actAsGrant(ActAsRequest request) {
    JsonObject body =
        new JsonObject()
            .put("subject", request.subject())
            .put("runUid", request.runUid().toString())
            .put("attempt", request.attempt())
            .put("agent", request.agent())
            .put("mayActAs", new JsonArray(request.mayActAs()));
    return post("act-as-grants", body).map(answer -> text(answer, "grant"));
  }

  /**
   * A signature of the platform.
   *
   * @param signature in base64
   */
  public record Attested(String keyId, String signature) {}

  /** The signature of an in-toto statement as the payload of a DSSE envelope. */
  public Uni<Attested> attest(String statement) {
    String payload = Base64.getEncoder().encodeToString(statement.getBytes(StandardCharsets.UTF_8));
    return post("attestations", new JsonObject().put("statement", payload))
        .map(answer -> new Attested(text(answer, "keyid"), text(answer, "sig")));
  }

  private static Decisions decisions(JsonObject answer, int asked) {
    List<Boolean> granted =
        answer.getJsonArray("granted").stream().map(Boolean.TRUE::equals).toList();
    return granted.size() == asked
        ? new Decisions(text(answer, "version"), granted)
        // Deny on doubt: an answer of another length says nothing, and is as of no version.
        : new Decisions("", Collections.nCopies(asked, false));
  }

  private static UserIdentity userIdentity(JsonObject found) {
    return new UserIdentity(
        text(found, "id"),
        text(found, "name"),
        text(found, "principalId"),
        text(found, "clientId"));
  }

  private Uni<JsonObject> post(String path, JsonObject body) {
    return call(HttpMethod.POST, path, body).map(HttpResponse::bodyAsJsonObject);
  }

  private Uni<JsonObject> put(String path, JsonObject body) {
    return call(HttpMethod.PUT, path, body).map(HttpResponse::bodyAsJsonObject);
  }

  private Uni<Void> delete(String path) {
    return calls.call(SERVICE, HttpMethod.DELETE, base + path, null).replaceWithVoid();
  }

  private Uni<HttpResponse<Buffer>> call(HttpMethod method, String path, JsonObject body) {
    return calls.call(SERVICE, method, base + path, body);
  }

  private static String text(JsonObject object, String name) {
    String value = object.getString(name);
    if (value == null) {
      throw new IllegalStateException(SERVICE + " answered without " + name);
    }
    return value;
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
