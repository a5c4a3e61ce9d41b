package io.slipway.taskapi.agent;

import com.google.re2j.Pattern;
import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import io.slipway.contract.agent.AttestAnswer;
import io.slipway.contract.agent.AttestRequest;
import io.slipway.contract.lease.HeldLease;
import io.slipway.identity.client.HolderKey;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.neighbour.IdentityClient;
import io.slipway.taskapi.provenance.ProvenanceStatement;
import io.slipway.taskapi.provenance.SignedBundle;
import io.slipway.taskapi.run.ReportedImages;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.StoredSpec;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent gets signed provenance of an image that its run pushed. What the run is, is said
 * from the ledger; the agent only names the image and what it was built from. It shows the token of
 * a run that it holds, with the secret that it claimed it with.
 */
@Path("/internal/attestations")
@RolesAllowed(Caller.AGENT)
public class AttestationResource {
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final int MOST_BASES = 300;

  private final CheckLeases leases;
  private final Transactions transactions;
  private final RunRepository runs;
  private final GrantRuns grants;
  private final IdentityClient identity;
  private final JsonText json;
  private final InstantSource clock;
  private final String builder;

  AttestationResource(
      CheckLeases leases,
      Transactions transactions,
      RunRepository runs,
      GrantRuns grants,
      IdentityClient identity,
      JsonText json,
      InstantSource clock,
      @ConfigProperty(name = "slipway.public-url") String publicUrl) {
    this.leases = leases;
    this.transactions = transactions;
    this.runs = runs;
    this.grants = grants;
    this.identity = identity;
    this.json = json;
    this.clock = clock;
    this.builder = publicUrl;
  }

  /** A run with what it executes, as it is stored. */
  private record Found(Run run, String spec) {}

  /** The provenance of an image, signed. */
  @POST
  public Uni<AttestAnswer> attest(
      @HeaderParam("Slipway-Run-Token") @Nullable String token,
      @HeaderParam(HolderKey.HEADER) @Nullable String key,
      @Nullable AttestRequest request) {
    if (token == null || token.isBlank()) {
      throw BuildSourceResource.invalidToken();
    }
    ImageRef image = image(request);
    List<ImageDependency> builtFrom = builtFrom(request);
    return leases
        .check(token)
        .map(held ->
            held.filter(lease -> HolderKey.isOf(key, lease.holder()))
                .orElseThrow(BuildSourceResource::invalidToken))
        .chain(this::find)
        .map(found -> statement(found, image, builtFrom))
        .chain(this::signed);
  }

  private static ImageRef image(@Nullable AttestRequest request) {
    List<ImageRef> images =
        request == null || request.image() == null
            ? List.of()
            : ReportedImages.pushed(List.of(request.image()));
    if (images.isEmpty()
        || images.getFirst().digest() == null
        || !DIGEST.matches(images.getFirst().digest())) {
      throw ArmException.invalid(
          "'image' must have registry, repository and digest, which is sha256: and 64 hex digits");
    }
    return images.getFirst();
  }

  private static List<ImageDependency> builtFrom(@Nullable AttestRequest request) {
    List<ImageDependency> builtFrom =
        request == null ? List.of() : ReportedImages.dependencies(request.builtFrom());
    if (builtFrom.stream().mapToInt(one -> one.buildtime().size()).sum() > MOST_BASES) {
      throw ArmException.invalid("'builtFrom' must have at most " + MOST_BASES + " images");
    }
    return builtFrom;
  }

  private Uni<Found> find(HeldLease held) {
    List<UUID> uids = List.of(held.runUid());
    return transactions
        .reading(connection ->
            Uni.combine()
                .all()
                .unis(runs.find(connection, uids), grants.specs(connection, uids))
                .asTuple())
        .map(both -> {
          String spec = both.getItem2().get(held.runUid());
          if (both.getItem1().isEmpty() || spec == null) {
            throw BuildSourceResource.invalidToken();
          }
          return new Found(both.getItem1().getFirst(), spec);
        });
  }

  private String statement(Found found, ImageRef image, List<ImageDependency> builtFrom) {
    StoredSpec spec = json.read(found.spec(), StoredSpec.class);
    return json.write(
        ProvenanceStatement.of(found.run(), spec, found.spec(), image, builtFrom, builder));
  }

  private Uni<AttestAnswer> signed(String statement) {
    return identity
        .attest(statement)
        .map(signature ->
            new AttestAnswer(
                SignedBundle.MEDIA_TYPE,
                json.write(SignedBundle.of(statement, signature.keyId(), signature.signature())),
                Map.of(
                    "dev.sigstore.bundle.content",
                    "dsse-envelope",
                    "dev.sigstore.bundle.predicateType",
                    ProvenanceStatement.PREDICATE,
                    "org.opencontainers.image.created",
                    clock.instant().toString())));
  }
}
