package io.slipway.taskapi.door;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.body.Tags;
import io.slipway.taskapi.body.WebhookReader;
import io.slipway.taskapi.definition.WebhookRequest;
import io.slipway.taskapi.door.CallersRegistries.RegistryPath;
import io.slipway.taskapi.neighbour.WebhookCalls;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.webhook.DeleteWebhook;
import io.slipway.taskapi.webhook.SaveWebhook;
import io.slipway.taskapi.webhook.Webhook;
import io.slipway.taskapi.webhook.WebhookActions;
import io.slipway.taskapi.webhook.WebhookRepository;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/** Webhooks of a registry, as ARM has them. */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}/webhooks")
@RolesAllowed(Caller.ARM)
public class WebhookResource {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9]{5,50}");

  private final CallersRegistries registries;
  private final WebhookRepository webhooks;
  private final SaveWebhook saveWebhook;
  private final DeleteWebhook deleteWebhook;
  private final WebhookActions actions;
  private final WebhookCalls calls;
  private final NamedPages pages;
  private final JsonText json;

  WebhookResource(
      CallersRegistries registries,
      WebhookRepository webhooks,
      SaveWebhook saveWebhook,
      DeleteWebhook deleteWebhook,
      WebhookActions actions,
      WebhookCalls calls,
      NamedPages pages,
      JsonText json) {
    this.registries = registries;
    this.webhooks = webhooks;
    this.saveWebhook = saveWebhook;
    this.deleteWebhook = deleteWebhook;
    this.actions = actions;
    this.calls = calls;
    this.pages = pages;
    this.json = json;
  }

  /** What is told to those alone who may see it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CallbackConfig(
      @Nullable String serviceUri,
      Map<String, String> customHeaders,
      @Nullable String signingSecret) {
    @Override
    public String toString() {
      return "CallbackConfig[***]";
    }
  }

  /** An event of a webhook, by its id. */
  public record EventInfo(String id) {}

  /** Makes the webhook or replaces it: 201 or 200. */
  @PUT
  @Path("/{name}")
  public Uni<RestResponse<WebhookView>> put(
      @BeanParam RegistryPath at, @PathParam("name") String name, JsonNode body) {
    if (!NAME.matcher(name).matches()) {
      throw ArmException.of(
          400,
          "InvalidResourceName",
          "Webhook name '" + name + "' must have 5 to 50 letters and digits.");
    }
    WebhookRequest wanted = WebhookReader.put(body);
    return registries
        .open(at, "webhooks/write", "/webhooks/" + name)
        .chain(registry ->
            saveWebhook
                .put(
                    registry.uid(),
                    name,
                    body.path("location").asText(registry.location()),
                    Tags.read(body, Map.of()),
                    wanted)
                .map(saved ->
                    answer(
                        saved.created() ? 201 : 200,
                        WebhookView.of(registry.id(), saved.webhook()))));
  }

  /**
   * Changes what the body names. Who has the headers sent to another address could read them there,
   * so this takes the right to see them, unless they are given, too.
   */
  @PATCH
  @Path("/{name}")
  public Uni<WebhookView> patch(
      @BeanParam RegistryPath at, @PathParam("name") String name, JsonNode body) {
    WebhookRequest wanted = WebhookReader.patch(body);
    boolean movesHeaders = wanted.serviceUri() != null && wanted.customHeaders() == null;
    return open(
        at,
        name,
        "webhooks/write",
        (registry, webhook) ->
            (movesHeaders
                    ? registries.require(
                        at, "webhooks/getCallbackConfig/action", "/webhooks/" + name)
                    : Uni.createFrom().voidItem())
                .chain(() -> saveWebhook.patch(webhook, Tags.read(body, webhook.tags()), wanted))
                .map(saved -> WebhookView.of(registry.id(), saved)));
  }

  @GET
  @Path("/{name}")
  public Uni<WebhookView> get(@BeanParam RegistryPath at, @PathParam("name") String name) {
    return open(
        at,
        name,
        "webhooks/read",
        (registry, webhook) -> Uni.createFrom().item(WebhookView.of(registry.id(), webhook)));
  }

  /** Webhooks by name, a page. */
  @GET
  public Uni<Page<WebhookView>> list(
      @BeanParam RegistryPath at, @QueryParam("$skipToken") @Nullable String after) {
    return registries
        .open(at, "webhooks/read")
        .chain(registry ->
            webhooks
                .list(registry.uid(), NamedPages.after(after))
                .map(found ->
                    pages.page(
                        registry.id() + "/webhooks",
                        found,
                        found.rows().stream()
                            .map(webhook -> WebhookView.of(registry.id(), webhook))
                            .toList())));
  }

  /** Deletes the webhook and what waits for it: 200, or 204 if there is none. */
  @DELETE
  @Path("/{name}")
  public Uni<RestResponse<Void>> delete(
      @BeanParam RegistryPath at, @PathParam("name") String name) {
    return registries
        .open(at, "webhooks/delete", "/webhooks/" + name)
        .chain(registry -> deleteWebhook.delete(registry.uid(), name))
        .map(deleted -> deleted ? RestResponse.<Void>ok() : RestResponse.<Void>noContent());
  }

  /** Its address, its headers and, as an addition, the secret that signs. */
  @POST
  @Path("/{name}/getcallbackconfig")
  public Uni<CallbackConfig> config(@BeanParam RegistryPath at, @PathParam("name") String name) {
    return open(
        at,
        name,
        "webhooks/getCallbackConfig/action",
        (registry, webhook) ->
            calls
                .config(webhook.uid())
                .map(config ->
                    new CallbackConfig(
                        config.serviceUri(), config.customHeaders(), config.signingSecret())));
  }

  /** Has it called with an event that says nothing. */
  @POST
  @Path("/{name}/ping")
  public Uni<EventInfo> ping(@BeanParam RegistryPath at, @PathParam("name") String name) {
    return open(
        at,
        name,
        "webhooks/ping/action",
        (registry, webhook) -> actions.ping(webhook).map(id -> new EventInfo(id.toString())));
  }

  /** The latest deliveries with what was sent and answered. */
  @POST
  @Path("/{name}/listevents")
  public Uni<Page<WebhookEventView>> events(
      @BeanParam RegistryPath at, @PathParam("name") String name) {
    return open(
        at,
        name,
        "webhooks/listEvents/action",
        (registry, webhook) ->
            actions
                .events(webhook)
                .map(events ->
                    Page.of(
                        events.stream().map(event -> WebhookEventView.of(json, event)).toList())));
  }

  /** Sends a delivery again that is done, under its id. No action of ACR. */
  @POST
  @Path("/{name}/events/{event}/replay")
  public Uni<RestResponse<EventInfo>> replay(
      @BeanParam RegistryPath at, @PathParam("name") String name, @PathParam("event") UUID event) {
    return open(
        at,
        name,
        "webhooks/write",
        (registry, webhook) ->
            actions
                .replay(webhook, event)
                .map(done -> answer(202, new EventInfo(event.toString()))));
  }

  private static <T> RestResponse<T> answer(int status, T entity) {
    ResponseBuilder<T> answer = ResponseBuilder.create(status);
    return answer.entity(entity).build();
  }

  private <T> Uni<T> open(
      RegistryPath at, String name, String action, BiFunction<Registry, Webhook, Uni<T>> work) {
    return registries
        .open(at, action, "/webhooks/" + name)
        .chain(registry ->
            webhooks
                .find(registry.uid(), name)
                .map(found ->
                    found.orElseThrow(
                        () -> ArmException.notFound(registry.id() + "/webhooks/" + name)))
                .chain(webhook -> work.apply(registry, webhook)));
  }
}
