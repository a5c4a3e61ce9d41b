package io.slipway.identity.graph;

import io.slipway.identity.arm.ArmException;
import io.slipway.identity.caller.Caller;
import io.slipway.identity.filter.PrincipalFilter;
import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.principal.PrincipalRepository;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * The part of Microsoft Graph that role assignments need: looking up principals. Whoever asks must
 * name what is looked for; there is no list of all.
 */
@Path("/v1.0")
@RolesAllowed(Caller.ARM)
class GraphResource {
  private static final int MOST_IDS = 1000;

  private final Transactions transactions;
  private final PrincipalRepository principals;
  private final Caller caller;

  GraphResource(Transactions transactions, PrincipalRepository principals, Caller caller) {
    this.transactions = transactions;
    this.principals = principals;
    this.caller = caller;
  }

  record Values(List<DirectoryObject> value) {
    static Values of(List<PrincipalEntity> found) {
      return new Values(found.stream().map(DirectoryObject::of).toList());
    }
  }

  record Ids(@Nullable List<String> ids) {}

  @GET
  @Path("/servicePrincipals")
  public Uni<Values> servicePrincipals(@QueryParam("$filter") @Nullable String filter) {
    PrincipalFilter wanted =
        PrincipalFilter.parse(filter == null ? "" : filter)
            .orElseThrow(() ->
                ArmException.invalid(
                    "Request_UnsupportedQuery",
                    "Service principals are found by servicePrincipalNames/any(c:c eq '…'),"
                        + " appId eq '…', id eq '…' or displayName eq '…'."));
    return asMember(session -> find(session, wanted)).map(Values::of);
  }

  @GET
  @Path("/servicePrincipals/{id}")
  public Uni<DirectoryObject> servicePrincipal(@PathParam("id") String id) {
    return asMember(session -> find(session, new PrincipalFilter(PrincipalFilter.Field.ID, id)))
        .map(found ->
            found.stream().findFirst().map(DirectoryObject::of).orElseThrow(() -> missing(id)));
  }

  @POST
  @Path("/directoryObjects/getByIds")
  public Uni<Values> getByIds(@Nullable Ids body) {
    if (body == null || body.ids() == null || body.ids().size() > MOST_IDS) {
      throw ArmException.invalid("Request_BadRequest", "ids must be a list of at most " + MOST_IDS);
    }
    List<UUID> ids =
        body.ids().stream().map(GraphResource::guid).flatMap(Optional::stream).toList();
    return asMember(session ->
            ids.isEmpty()
                ? Uni.createFrom().item(List.<PrincipalEntity>of())
                : principals.byIds(session, ids))
        .map(Values::of);
  }

  /** There are no persons and no groups in this directory. */
  @GET
  @Path("/{collection: users|groups}")
  public Uni<Values> none() {
    return asMember(session -> Uni.createFrom().item(List.<PrincipalEntity>of())).map(Values::of);
  }

  @GET
  @Path("/{collection: users|groups}/{id}")
  public Uni<Void> noOne(@PathParam("id") String id) {
    return asMember(session -> {
      throw missing(id);
    });
  }

  @GET
  @Path("/me")
  public Uni<Void> me() {
    return asMember(session -> {
      throw ArmException.invalid(
          "Request_BadRequest", "/me is for persons; this token is a service principal's.");
    });
  }

  private Uni<List<PrincipalEntity>> find(Mutiny.StatelessSession session, PrincipalFilter wanted) {
    return switch (wanted.field()) {
      case CLIENT_ID -> one(principals.byClientId(session, wanted.value()));
      case ID ->
          guid(wanted.value())
              .map(id -> one(principals.byId(session, id)))
              .orElse(Uni.createFrom().item(List.of()));
      case DISPLAY_NAME -> principals.byDisplayName(session, wanted.value());
    };
  }

  private static Uni<List<PrincipalEntity>> one(Uni<Optional<PrincipalEntity>> found) {
    return found.map(row -> row.stream().toList());
  }

  /** Only a principal that is itself still in the directory may look into it. */
  private <T> Uni<T> asMember(Function<Mutiny.StatelessSession, Uni<T>> work) {
    UUID id = caller.principalId();
    return transactions.in(session ->
        principals
            .byId(session, id)
            .invoke(found -> {
              if (found.isEmpty()) {
                throw new ArmException(
                    403,
                    "Authorization_RequestDenied",
                    "The principal of this token no longer exists.");
              }
            })
            .chain(found -> work.apply(session)));
  }

  private static Optional<UUID> guid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException none) {
      return Optional.empty();
    }
  }

  private static ArmException missing(String id) {
    return new ArmException(
        404, "Request_ResourceNotFound", "Resource '" + id + "' does not exist.");
  }
}
