package io.slipway.agent.credential;

import io.slipway.agent.log.SecretMasker;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.SecretReference;
import io.slipway.taskfile.plan.VaultAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Gets the values of a task's {@code secrets:}, five at a time and two minutes for each. */
public final class ResolveSecrets {
  private final List<SecretStore> stores;
  private final SecretMasker masker;
  private final Duration limit;

  /** The first store that has a vault is asked; values are masked in the log. */
  public ResolveSecrets(List<SecretStore> stores, SecretMasker masker) {
    this(stores, masker, Duration.ofMinutes(2));
  }

  ResolveSecrets(List<SecretStore> stores, SecretMasker masker, Duration limit) {
    this.stores = List.copyOf(stores);
    this.masker = masker;
    this.limit = limit;
  }

  /** Values by the ids of the secrets. */
  public Map<String, String> resolve(List<SecretReference> secrets)
      throws Refusal, InterruptedException {
    Map<String, String> values = new LinkedHashMap<>();
    for (List<SecretReference> together : SecretReference.batches(secrets)) {
      values.putAll(batch(together));
    }
    values.values().forEach(masker::learn);
    return values;
  }

  private Map<String, String> batch(List<SecretReference> secrets)
      throws Refusal, InterruptedException {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      Map<SecretReference, Future<String>> asked = new LinkedHashMap<>();
      secrets.forEach(secret -> asked.put(secret, threads.submit(() -> read(secret))));
      long until = System.nanoTime() + limit.toNanos();
      Map<String, String> values = new LinkedHashMap<>();
      for (Map.Entry<SecretReference, Future<String>> each : asked.entrySet()) {
        values.put(each.getKey().id(), get(each.getKey().id(), each.getValue(), until));
      }
      return values;
    } finally {
      threads.shutdownNow();
    }
  }

  private static String get(String id, Future<String> value, long until)
      throws Refusal, InterruptedException {
    try {
      return value.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw failed(id, "timed out", late);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Refusal refused) {
        throw failed(id, refused.text(), refused);
      }
      throw new IllegalStateException(failed.getCause());
    }
  }

  private static Refusal failed(String id, String why, Throwable cause) {
    return Refusal.user("failed to resolve secrets: secret '" + id + "': " + why, cause);
  }

  private String read(SecretReference secret) throws Refusal, InterruptedException {
    VaultAddress address = VaultAddress.parse(secret.keyvault() == null ? "" : secret.keyvault());
    for (SecretStore store : stores) {
      Optional<String> value = store.read(address, secret.clientId());
      if (value.isPresent()) {
        return value.get();
      }
    }
    throw Refusal.user("no secret store has the vault " + address.host());
  }
}
