package io.slipway.agent.credential;

import io.slipway.agent.log.SecretMasker;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.CredentialSource.Credential;
import io.slipway.builder.CredentialSource.CredentialRefusedException;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.SecretReference;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Borrows a run's credentials from the broker, just before each use and as wide as the use. Only
 * "there is none for this registry" leads to a try without one; any other refusal ends the step
 * with its reason.
 */
public final class BrokerCredentials implements CredentialSource {
  /**
   * What is lent.
   *
   * @param username user name, or the address of a secret that holds it
   * @param password password or token, or the address of a secret that holds it
   * @param expiresAt when it ends; null if it is not known
   * @param vault which of both is an address; null for neither
   */
  private record Lent(
      String username, String password, @Nullable Instant expiresAt, @Nullable InVault vault) {}

  /** With the client id of the identity that reads the addresses; null for the run's own. */
  private record InVault(boolean username, boolean password, @Nullable String clientId) {}

  private final BrokerCalls broker;
  private final List<SecretStore> stores;
  private final SecretMasker masker;

  /**
   * For one attempt; what is lent is masked in its log.
   *
   * @param stores where values of key vaults are read
   */
  public BrokerCredentials(BrokerCalls broker, List<SecretStore> stores, SecretMasker masker) {
    this.broker = broker;
    this.stores = List.copyOf(stores);
    this.masker = masker;
  }

  @Override
  public Optional<Credential> credential(String loginServer, List<String> scopes)
      throws CredentialRefusedException, InterruptedException {
    BlockingHttp.Answer answer;
    try {
      answer = broker.lease(loginServer, scopes);
      if (answer.ok()) {
        return Optional.of(lent(answer.as(Lent.class)));
      }
    } catch (IOException undecided) {
      throw new CredentialRefusedException(String.valueOf(undecided.getMessage()), true);
    }
    if (answer.status() == 404 && answer.code().equals("NoCredential")) {
      return Optional.empty();
    }
    throw new CredentialRefusedException(answer.message(), false);
  }

  private Credential lent(Lent lent) throws CredentialRefusedException, InterruptedException {
    String userName = value(lent.username(), "username", lent.vault(), InVault::username);
    String password = value(lent.password(), "password", lent.vault(), InVault::password);
    masker.learn(password);
    return new Credential(userName, password, lent.expiresAt());
  }

  /** As it was lent, or from the key vault whose address was lent. */
  private String value(
      String lent, String name, @Nullable InVault vault, Predicate<InVault> isAddress)
      throws CredentialRefusedException, InterruptedException {
    if (vault == null || !isAddress.test(vault)) {
      return lent;
    }
    try {
      return new ResolveSecrets(stores, masker)
          .resolve(List.of(new SecretReference(name, lent, vault.clientId())))
          .getOrDefault(name, "")
          .strip();
    } catch (Refusal refused) {
      throw new CredentialRefusedException(refused.text(), false);
    }
  }
}
