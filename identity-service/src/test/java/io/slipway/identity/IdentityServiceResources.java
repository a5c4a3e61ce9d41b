package io.slipway.identity;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.slipway.infra.SlipwayTestResource;

/** What a test of the whole service needs: PostgreSQL and the installer's files. */
@QuarkusTestResource(
    value = SlipwayTestResource.class,
    initArgs = @ResourceArg(name = "role", value = "identity"))
@QuarkusTestResource(IdentityTestResource.class)
public class IdentityServiceResources {}
