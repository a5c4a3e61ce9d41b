package io.slipway.contract.lease;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a grant with which identity-service lets the bearer act as what the run may act as, for
 * one purpose.
 *
 * @param runToken run token as the agent showed it; never logged
 * @param principal the one that a credential of the run names; {@code [system]} for one of a key
 *     vault that names none; or null
 * @param vault what the run's task file names, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ActAsRequest(String runToken, @Nullable String principal, @Nullable VaultRead vault) {
  /**
   * A key vault that a task file names a secret of, in lower case.
   *
   * @param vault {@code https://<host>}
   * @param clientId who is to read it, or null for the run's own identity
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record VaultRead(String vault, @Nullable String clientId) {
    /** In lower case, as hosts and ids are the same in any. */
    public VaultRead {
      vault = vault == null ? "" : vault.toLowerCase(Locale.ROOT);
      clientId = clientId == null ? null : clientId.toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Says, once and before the first step, all that a run's task file names: nothing else is granted
   * afterwards.
   *
   * @param runToken run token as the agent showed it; never logged
   */
  public record VaultReads(String runToken, List<VaultRead> reads) {
    @Override
    public String toString() { // without the token
      return "VaultReads" + reads;
    }
  }

  @Override
  public String toString() { // without the token
    return "ActAsRequest[" + principal + ", " + vault + "]";
  }
}
