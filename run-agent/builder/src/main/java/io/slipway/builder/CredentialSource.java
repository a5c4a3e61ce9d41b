package io.slipway.builder;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gives credentials; asked just before each pull or push, so each gets a fresh and narrow one. */
@FunctionalInterface
public interface CredentialSource {

  /**
   * A credential for a registry.
   *
   * @param loginServer the registry, as {@code 127.0.0.1:8453}
   * @param scopes what it will be used for, as {@code repository:baseimages/node:pull} or {@code
   *     repository:app:pull,push}; empty to try the log-in alone
   * @return empty if there is none for this registry; the call then goes on without
   * @throws CredentialRefusedException if one was refused: the call ends with its message
   */
  Optional<Credential> credential(String loginServer, List<String> scopes)
      throws CredentialRefusedException, InterruptedException;

  /** Never has one. */
  static CredentialSource none() {
    return (loginServer, scopes) -> Optional.empty();
  }

  /**
   * Opens a registry.
   *
   * @param user user name
   * @param password password or token; never logged
   * @param expiresAt when it ends, or null if that is not known
   */
  record Credential(String user, String password, @Nullable Instant expiresAt) {
    @Override
    public String toString() {
      return "Credential[user=" + user + "]";
    }
  }

  /** A credential was refused. The message is for people: who lacks which right on what. */
  class CredentialRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean temporary;

    /**
     * Makes one.
     *
     * @param message for people, without secrets
     * @param temporary whether nothing was decided (the broker was not there); the source has
     *     waited as long as is right, nobody asks again
     */
    public CredentialRefusedException(String message, boolean temporary) {
      super(message);
      this.temporary = temporary;
    }

    /** Whether nothing was decided. */
    public boolean temporary() {
      return temporary;
    }
  }
}
