package io.slipway.broker.lease;

import io.slipway.broker.BrokerException;
import io.slipway.broker.rule.LoginServer;
import org.jboss.logging.Logger;

/** One line for each lease, lent or refused. */
final class LeaseAudit {
  private static final Logger AUDIT = Logger.getLogger("io.slipway.broker.audit");

  private LeaseAudit() {}

  static void issued(RunLease run, CredentialLease lease, LoginServer server) {
    AUDIT.infof(
        "action=lend run=%s attempt=%s agent=%s server=%s granted=%s result=issued",
        run.runUid(), run.attempt(), quiet(run.agent()), server.key(), lease.granted());
  }

  static void refused(RunLease run, LoginServer server, BrokerException refusal) {
    AUDIT.warnf(
        "action=lend run=%s attempt=%s agent=%s server=%s result=%s",
        run.runUid(), run.attempt(), quiet(run.agent()), server.key(), refusal.code());
  }

  /** For a token with which no run is held, as far as is known. */
  static void refused(LoginServer server, BrokerException refusal) {
    AUDIT.warnf("action=lend run=? server=%s result=%s", server.key(), refusal.code());
  }

  /** A name in a log line can't begin another line. */
  private static String quiet(String name) {
    return name.replaceAll("[^A-Za-z0-9._-]", "?");
  }
}
