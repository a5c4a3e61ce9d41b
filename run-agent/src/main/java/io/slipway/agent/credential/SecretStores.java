package io.slipway.agent.credential;

import io.slipway.agent.config.AgentConfig;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.egress.EgressPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The secret stores that the configuration names, the folder first. */
@ApplicationScoped
public class SecretStores {
  private final Optional<FolderSecretStore> folder;
  private final EgressPolicy egress;
  private final BlockingHttp http;
  private final Map<String, URI> vaults;

  SecretStores(AgentConfig config, EgressPolicy egress, BlockingHttp http) {
    this.folder = config.agent().secretsFolder().map(FolderSecretStore::new);
    this.egress = egress;
    this.http = http;
    this.vaults = KeyVaultSecretStore.addresses(config.agent().vaults());
  }

  /** The stores for one attempt, in the order in which they are asked. */
  public List<SecretStore> of(BrokerCalls broker) {
    List<SecretStore> stores = new ArrayList<>();
    folder.ifPresent(stores::add);
    stores.add(new KeyVaultSecretStore(http, broker, egress, vaults));
    return stores;
  }
}
