package io.slipway.broker.caller;

import com.google.re2j.Pattern;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import java.util.Objects;

/** Who calls, and the roles that endpoints may ask for. */
@RequestScoped
public class Caller {
  /** Who shows what looks like a run token; task-api says whether it is one. */
  public static final String RUN = "run";

  /** Task-api's service client. */
  public static final String TASK_API = "slipway-task-api";

  /** The agents' service client. */
  public static final String AGENT = "slipway-run-agent";

  static final String RUN_TOKEN = "run-token";

  private static final Pattern RUN_TOKEN_FORM = Pattern.compile("srt_[A-Za-z0-9_-]{43}");

  private final SecurityIdentity identity;

  Caller(SecurityIdentity identity) {
    this.identity = identity;
  }

  /** Whether a text looks like a run token; task-api says whether it is one. */
  public static boolean isRunToken(String text) {
    return RUN_TOKEN_FORM.matcher(text).matches();
  }

  /** The run token that the caller showed, not checked. */
  public String runToken() {
    return Objects.requireNonNull(identity.<String>getAttribute(RUN_TOKEN));
  }
}
