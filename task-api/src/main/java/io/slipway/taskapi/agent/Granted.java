package io.slipway.taskapi.agent;

import io.slipway.contract.agent.RunSpecification;
import io.slipway.taskapi.run.StoredSpec;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunTrigger;
import org.jspecify.annotations.Nullable;

/**
 * A run that its agent gets.
 *
 * @param run the run as the agent owns it
 * @param spec what it is to execute
 * @param token run token of the lease; never logged
 * @param eventKey key of the attempt's events, if its agent signs; never logged
 */
record Granted(Run run, StoredSpec spec, String token, @Nullable String eventKey) {
  /**
   * What the agent is told.
   *
   * @param logOffset length of the log before this attempt, in bytes
   */
  RunSpecification specification(long logOffset) {
    Run.Key key = run.key();
    Run.Origin origin = run.origin();
    return new RunSpecification(
        key.uid(),
        key.runId(),
        key.registry(),
        spec.registryId(),
        spec.loginServer(),
        key.task(),
        run.state().attempt(),
        origin.platform(),
        origin.timeoutSeconds(),
        origin.cpu(),
        logOffset,
        run.lease().history().lostAgents(),
        run.times().created(),
        spec.logins(),
        new RunSpecification.Queueing(
            origin.trigger().kind(), origin.pool(), run.times().queued(), git(origin)),
        spec.step(),
        origin.trigger().request());
  }

  private static RunSpecification.@Nullable Git git(Run.Origin origin) {
    RunTrigger.Source source = origin.trigger().source();
    return source == null
        ? null
        : new RunSpecification.Git(source.commitId(), source.branchName(), source.tagName());
  }

  @Override
  public String toString() { // without token and key
    return "Granted[" + run.key().uid() + "]";
  }
}
