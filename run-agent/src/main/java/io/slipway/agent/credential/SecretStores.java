package io.slipway.agent.credential;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.agent.config.AgentConfig;
import io.slipway.contract.lease.ActAsRequest.VaultRead;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.CheckedHttp;
import io.slipway.identity.client.egress.EgressPolicy;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.SecretReference;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The secret stores that the configuration names, the folder first. */
@ApplicationScoped
public class SecretStores {
  private final Optional<FolderSecretStore> folder;
  private final CheckedHttp<Refusal> http;
  private final ObjectMapper json;
  private final Map<String, URI> vaults;

  SecretStores(AgentConfig config, EgressPolicy egress, ObjectMapper json) throws IOException {
    this.folder = config.agent().secretsFolder().map(FolderSecretStore::new);
    this.json = json;
    this.vaults = KeyVaultSecretStore.addresses(config.agent().vaults());
    this.http =
        new CheckedHttp<>(
            egress.opening(KeyVaultSecretStore.places(vaults)),
            config.caFile().stream().toList(),
            KeyVaultSecretStore::closed);
  }

  /**
   * Says which key vaults the task file of a run names: the run gets tokens for these alone, so
   * that no step can have others by owning its agent.
   *
   * @throws Refusal if they are not those that the platform knows to be named
   */
  public static void say(BrokerCalls broker, List<SecretReference> secrets)
      throws Refusal, InterruptedException {
    Set<VaultRead> reads = new LinkedHashSet<>();
    secrets.forEach(secret ->
        secret.vault().ifPresent(vault -> reads.add(new VaultRead(vault, secret.clientId()))));
    try {
      BlockingHttp.Answer answer = broker.call("/vault-reads", Map.of("reads", reads));
      if (!answer.ok()) {
        throw Refusal.user("failed to resolve secrets: " + answer.message());
      }
    } catch (IOException undecided) {
      throw Refusal.user("failed to resolve secrets: " + undecided.getMessage(), undecided);
    }
  }

  /** The stores for one attempt, in the order in which they are asked. */
  public List<SecretStore> of(BrokerCalls broker) {
    List<SecretStore> stores = new ArrayList<>();
    folder.ifPresent(stores::add);
    stores.add(new KeyVaultSecretStore(http, json, broker, vaults));
    return stores;
  }
}
