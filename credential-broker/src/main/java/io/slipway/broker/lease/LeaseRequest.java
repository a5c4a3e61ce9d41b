package io.slipway.broker.lease;

import io.slipway.broker.rule.LoginServer;
import io.slipway.identity.client.RegistryScope;
import java.util.List;

/** What a run that is held asks for: a credential for a login server and some scopes. */
record LeaseRequest(RunLease run, LoginServer server, List<RegistryScope> scopes) {}
