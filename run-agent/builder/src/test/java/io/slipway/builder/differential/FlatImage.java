package io.slipway.builder.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * An image as a registry has it, all layers put together.
 *
 * @param files a line for each path: type, mode, owner, links, content
 * @param config what a container gets, field by field
 */
record FlatImage(Map<String, String> files, Map<String, String> config) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Fetches it over plain HTTP. */
  static FlatImage fetch(String registry, String repository, String tag) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      String root = "http://" + registry + "/v2/" + repository;
      JsonNode manifest;
      try (InputStream body = get(http, root + "/manifests/" + tag)) {
        manifest = MAPPER.readTree(body);
      }
      Map<String, String> files = new TreeMap<>();
      for (JsonNode layer : manifest.path("layers")) {
        try (InputStream body = get(http, root + "/blobs/" + layer.path("digest").asText());
            InputStream plain = new GZIPInputStream(body)) {
          apply(new TarArchiveInputStream(plain), files);
        }
      }
      JsonNode image;
      try (InputStream body =
          get(http, root + "/blobs/" + manifest.path("config").path("digest").asText())) {
        image = MAPPER.readTree(body);
      }
      return new FlatImage(files, config(image));
    }
  }

  private static InputStream get(HttpClient http, String address) throws Exception {
    HttpResponse<InputStream> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(address))
                .header("Accept", "application/vnd.docker.distribution.manifest.v2+json")
                .header("Accept", "application/vnd.oci.image.manifest.v1+json")
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    if (answer.statusCode() != 200) {
      throw new IOException(address + ": " + answer.statusCode());
    }
    return answer.body();
  }

  private static void apply(TarArchiveInputStream tar, Map<String, String> files) throws Exception {
    Map<String, String> layer = new TreeMap<>();
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      String path = entry.getName().replaceFirst("^\\./", "").replaceFirst("/$", "");
      if (path.isEmpty() || path.equals(".")) {
        continue;
      }
      int slash = path.lastIndexOf('/') + 1;
      String folder = path.substring(0, slash);
      String name = path.substring(slash);
      if (name.equals(".wh..wh..opq")) {
        files.keySet().removeIf(each -> each.startsWith(folder));
      } else if (name.startsWith(".wh.")) {
        String gone = folder + name.substring(4);
        files.keySet().removeIf(each -> each.equals(gone) || each.startsWith(gone + "/"));
      } else {
        layer.put(path, line(tar, entry, layer, files));
      }
    }
    layer.forEach((path, line) -> {
      if (!line.startsWith("folder ")) {
        files.keySet().removeIf(each -> each.startsWith(path + "/"));
      }
      files.put(path, line);
    });
  }

  private static String line(
      TarArchiveInputStream tar,
      TarArchiveEntry entry,
      Map<String, String> layer,
      Map<String, String> files)
      throws Exception {
    if (entry.isLink()) {
      String to = entry.getLinkName().replaceFirst("^\\./", "").replaceFirst("^/", "");
      String line = layer.getOrDefault(to, files.get(to));
      if (line == null) {
        throw new IOException(entry.getName() + " is a link to " + to + ", which is not there");
      }
      return line;
    }
    String kind =
        entry.isDirectory()
            ? "folder "
            : entry.isSymbolicLink()
                ? "link to " + entry.getLinkName() + " "
                : entry.isFIFO()
                    ? "fifo "
                    : entry.isFile() ? "file " + digest(tar) + " " : "other ";
    // The mode of a link means nothing.
    String mode = entry.isSymbolicLink() ? "" : Integer.toOctalString(entry.getMode() & 07777);
    return kind + mode + " " + entry.getLongUserId() + ":" + entry.getLongGroupId();
  }

  private static String digest(InputStream content) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] buffer = new byte[1 << 14];
    long size = 0;
    for (int count = content.read(buffer); count > 0; count = content.read(buffer)) {
      digest.update(buffer, 0, count);
      size += count;
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, 16) + " of " + size;
  }

  private static Map<String, String> config(JsonNode image) {
    Map<String, String> fields = new TreeMap<>();
    for (String name : new String[] {"architecture", "os", "author"}) {
      put(fields, name, image.path(name));
    }
    for (String name :
        new String[] {
          "Env",
          "Cmd",
          "Entrypoint",
          "User",
          "WorkingDir",
          "Labels",
          "ExposedPorts",
          "Volumes",
          "StopSignal",
          "Healthcheck",
          "OnBuild",
          "Shell"
        }) {
      put(fields, name, image.path("config").path(name));
    }
    // Docker's own two builders differ here: of scratch the newer one makes "/", the older one
    // nothing, and both mean the same.
    fields.putIfAbsent("WorkingDir", "\"/\"");
    return fields;
  }

  /** Nothing, null and empty are the same. */
  private static void put(Map<String, String> fields, String name, JsonNode value) {
    boolean empty =
        value.isMissingNode()
            || value.isNull()
            || (value.isContainerNode() && value.isEmpty())
            || (value.isTextual() && value.asText().isEmpty());
    if (empty) {
      return;
    }
    if (value.isObject()) {
      Map<String, String> sorted = new TreeMap<>();
      value
          .fields()
          .forEachRemaining(each -> sorted.put(each.getKey(), each.getValue().toString()));
      fields.put(name, sorted.toString());
    } else {
      fields.put(name, value.toString());
    }
  }
}
