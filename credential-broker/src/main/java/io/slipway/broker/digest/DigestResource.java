package io.slipway.broker.digest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.re2j.Pattern;
import io.slipway.broker.BrokerException;
import io.slipway.broker.binding.BindingEntity;
import io.slipway.broker.binding.BindingKind;
import io.slipway.broker.binding.FindBinding;
import io.slipway.broker.caller.Caller;
import io.slipway.broker.registry.TagDigests;
import io.slipway.broker.rule.LoginServer;
import io.slipway.broker.sealing.SecretPlace;
import io.slipway.broker.sealing.StoredSecrets;
import io.slipway.identity.client.RegistryScope;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a tag points to now, as far as the owner's credential for its registry opens it; without one
 * it is asked as nobody. The digest alone leaves: nothing can be pulled by this, and no credential
 * is shown to the caller.
 */
@Path("/internal/owners/{owner}/digests")
@RolesAllowed(Caller.TASK_API)
class DigestResource {
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
  private static final LoginServer HUB = LoginServer.parse("docker.io").orElseThrow();

  private final FindBinding bindings;
  private final StoredSecrets stored;
  private final TagDigests digests;

  DigestResource(FindBinding bindings, StoredSecrets stored, TagDigests digests) {
    this.bindings = bindings;
    this.stored = stored;
    this.digests = digests;
  }

  /** An image; {@code registry} is a login server. */
  record Image(@Nullable String registry, @Nullable String repository, @Nullable String tag) {}

  /** One of the two is there. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Answer(@Nullable String digest, @Nullable String problem) {}

  /** Asks the registry; what is wrong there, or with the credential, is the answer too. */
  @POST
  public Uni<Answer> read(@PathParam("owner") UUID owner, @Nullable Image image) {
    LoginServer server =
        Optional.ofNullable(image == null ? null : image.registry())
            .flatMap(LoginServer::parse)
            .orElseThrow(() -> invalid("registry must be a login server."));
    RegistryScope pull =
        RegistryScope.parse("repository:" + Objects.requireNonNull(image).repository() + ":pull")
            .orElseThrow(() -> invalid("repository must be the name of a repository."));
    String tag = image.tag();
    if (tag == null || !TAG.matcher(tag).matches()) {
      throw invalid("tag must be a tag.");
    }
    LoginServer bound = TagDigests.isHub(server) ? HUB : server;
    return bindings
        .find(new FindBinding.Wanted(Optional.of(owner), Optional.empty(), bound))
        .chain(binding ->
            Uni.createFrom()
                .deferred(() -> digests.read(asked(server, pull, tag, binding)))
                .map(digest -> new Answer(digest, null))
                .onFailure(BrokerException.class)
                .recoverWithItem(failure -> new Answer(null, failure.getMessage())));
  }

  private TagDigests.Asked asked(
      LoginServer server, RegistryScope pull, String tag, Optional<BindingEntity> binding) {
    return new TagDigests.Asked(server, pull, tag, binding.map(this::logIn).orElse(null));
  }

  private TagDigests.LogIn logIn(BindingEntity binding) {
    if (binding.kind != BindingKind.Opaque) {
      throw BrokerException.registryUnavailable(
          "The task logs in to "
              + binding.loginServer
              + " with an identity or a key vault, which its runs alone can do.");
    }
    return new TagDigests.LogIn(
        stored
            .cipher()
            .open(
                Objects.requireNonNull(binding.userName),
                SecretPlace.userName(binding.owner, binding.serverKey)),
        stored
            .cipher()
            .open(
                Objects.requireNonNull(binding.password),
                SecretPlace.password(binding.owner, binding.serverKey)));
  }

  private static BrokerException invalid(String message) {
    return BrokerException.invalid("InvalidImage", message);
  }
}
