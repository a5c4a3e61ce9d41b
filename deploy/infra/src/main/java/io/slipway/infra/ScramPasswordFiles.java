package io.slipway.infra;

import java.io.IOException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.scram.ScramCredential;
import org.apache.kafka.common.security.scram.ScramCredentialCallback;
import org.apache.kafka.common.security.scram.internals.ScramFormatter;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;
import org.jspecify.annotations.Nullable;

/**
 * Runs in the broker: whom it lets in by SCRAM, from {@link KafkaUsers} instead of its own
 * metadata. Those can only be written by somebody who has logged in already, and not while a folder
 * of an earlier version comes up for the first time.
 *
 * @see <a href="https://kafka.apache.org/documentation/#security_sasl_scram_security">Kafka:
 *     Security considerations for SASL/SCRAM</a>
 */
public final class ScramPasswordFiles implements AuthenticateCallbackHandler {
  /** Key of the broker's configuration with the folder. */
  static final String FOLDER = "slipway.users.folder";

  /** Kafka's least. The passwords are random: more would only make each connection slower. */
  private static final int ITERATIONS = 4096;

  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private @Nullable KafkaUsers users;
  private @Nullable ScramMechanism mechanism;

  private record Known(String password, ScramCredential credential) {}

  @Override
  public void configure(
      Map<String, ?> configs, String name, List<AppConfigurationEntry> jaasConfigEntries) {
    users = new KafkaUsers(Path.of((String) Objects.requireNonNull(configs.get(FOLDER), FOLDER)));
    mechanism = ScramMechanism.forMechanismName(name);
  }

  @Override
  public void handle(Callback[] callbacks) throws IOException, UnsupportedCallbackException {
    String user = "";
    for (Callback callback : callbacks) {
      if (callback instanceof NameCallback name) {
        user = name.getDefaultName();
      } else if (callback.getClass() == ScramCredentialCallback.class) { // no delegation token
        credential(user).ifPresent(((ScramCredentialCallback) callback)::scramCredential);
      } else {
        throw new UnsupportedCallbackException(callback);
      }
    }
  }

  private Optional<ScramCredential> credential(String user) throws IOException {
    Optional<String> password = Objects.requireNonNull(users).find(user);
    if (password.isEmpty()) {
      known.remove(user);
      return Optional.empty();
    }
    Known now =
        known.compute(
            user,
            (name, then) ->
                then != null && then.password().equals(password.get())
                    ? then
                    : made(password.get()));
    return Optional.of(now.credential());
  }

  private Known made(String password) {
    try {
      ScramFormatter formatter = new ScramFormatter(Objects.requireNonNull(mechanism));
      return new Known(password, formatter.generateCredential(password, ITERATIONS));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public void close() {
    known.clear();
  }
}
