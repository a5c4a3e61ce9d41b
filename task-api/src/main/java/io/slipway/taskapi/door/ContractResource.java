package io.slipway.taskapi.door;

import io.slipway.contract.EventType;
import io.slipway.taskapi.arm.ArmException;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What events look like: the AsyncAPI document and the schemas, to which {@code ce_dataschema} of
 * each event leads. Open to everybody, as the sources are.
 */
@Path("/")
@PermitAll
public class ContractResource {
  private static final String ASYNCAPI = "/asyncapi.yaml";

  private final Map<String, byte[]> files = new HashMap<>();

  ContractResource() {
    files.put(ASYNCAPI, read(ASYNCAPI));
    for (EventType type : EventType.values()) {
      files.put(type.schema(), read(type.schema()));
    }
  }

  /** The topics and their messages. */
  @GET
  @Path("asyncapi.yaml")
  @Produces("application/yaml")
  public byte[] asyncapi() {
    return Objects.requireNonNull(files.get(ASYNCAPI));
  }

  /** The JSON Schema of an event's data. */
  @GET
  @Path("schemas/{name}")
  @Produces("application/schema+json")
  public byte[] schema(@PathParam("name") String name) {
    byte[] schema = files.get("/schemas/" + name);
    if (schema == null) {
      throw ArmException.notFound("/schemas/" + name);
    }
    return schema;
  }

  private static byte[] read(String name) {
    try (InputStream file = EventType.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(file, name).readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
