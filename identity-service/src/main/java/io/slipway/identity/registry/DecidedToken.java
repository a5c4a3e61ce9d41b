package io.slipway.identity.registry;

import io.slipway.identity.access.GrantedScopes;
import io.slipway.identity.client.RegistryScope;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What an access token of a registry will open: the scopes asked for, cut to what the visitor may
 * do now.
 *
 * @param access who gets it, and where
 * @param scopes what is granted, and what is lacking
 * @param end beyond which it does not live, see {@link RegistryLogIn.Visitor}
 * @param bond for whom it is made
 */
record DecidedToken(RegistryAccess access, GrantedScopes scopes, Instant end, Bond bond) {
  private static final Logger AUDIT = Logger.getLogger("io.slipway.identity.audit");

  static DecidedToken of(RegistryLogIn.Visitor visitor, List<RegistryScope> asked) {
    return of(visitor, asked, visitor.bond());
  }

  static DecidedToken of(RegistryLogIn.Visitor visitor, List<RegistryScope> asked, Bond bond) {
    RegistryAccess access = visitor.access();
    return new DecidedToken(
        access, GrantedScopes.of(asked, access.rights(), visitor.ceiling()), visitor.end(), bond);
  }

  /** Writes the line of the audit log. */
  void audit() {
    AUDIT.infof(
        "action=registry-token principal=%s service=%s run=%s granted=%s",
        access.principalId(),
        access.service(),
        bond.run() == null ? "-" : bond.run().uid(),
        scopes.granted());
  }

  List<RegistryScope> granted() {
    return scopes.granted();
  }

  /** Whether something was asked for that the roles do not allow. */
  boolean lacks() {
    return !scopes.missing().isEmpty();
  }

  /** What is lacking of what was asked for; null if nothing is. */
  @Nullable Denied denied() {
    return lacks() ? Denied.of(access, scopes.missing()) : null;
  }
}
