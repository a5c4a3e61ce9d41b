package io.slipway.agent.context;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings that git gets beside its command: only protocols of a network, no hooks, no
 * redirects, no address but those that were checked, and a password in a file, never in an
 * argument.
 */
final class GitSettings {
  private GitSettings() {}

  /** A folder that only this agent reads. */
  static Path scratch(Path parent) throws IOException {
    return Files.createTempDirectory(
        parent,
        "context",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  static List<String> of(GitAddress address, List<InetAddress> addresses, Path credentials) {
    List<String> settings = new ArrayList<>(List.of("-c", "protocol.allow=never"));
    for (String protocol : List.of("http", "https", "git", "ssh")) {
      settings.addAll(List.of("-c", "protocol." + protocol + ".allow=always"));
    }
    for (String setting :
        List.of(
            "core.hooksPath=/dev/null",
            "core.attributesFile=/dev/null",
            "core.fsmonitor=false",
            "core.protectNTFS=true",
            "gc.auto=0",
            "maintenance.auto=false",
            "fetch.recurseSubmodules=no",
            "submodule.recurse=false",
            "advice.detachedHead=false",
            "http.followRedirects=false",
            "http.lowSpeedLimit=100",
            "http.lowSpeedTime=60",
            "credential.helper=",
            // It reads the file, which it could not write, and is asked to after each log-in.
            "credential.helper=!f() { test \"$1\" != get || git credential-store --file="
                + Git.quoted(credentials.toString())
                + " get; }; f")) {
      settings.addAll(List.of("-c", setting));
    }
    if (address.isHttp() && !addresses.isEmpty()) {
      String resolved =
          addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(","));
      settings.addAll(
          List.of(
              "-c",
              "http.curloptResolve=" + address.host() + ":" + address.port() + ":" + resolved));
    }
    return settings;
  }

  /** The form that git's own store of credentials reads, with the port and without. */
  static Path credentials(GitAddress address, Path scratch) throws IOException {
    Path file = scratch.resolve("credentials");
    String password = address.loginPassword();
    String lines = "";
    if (password != null) {
      String login =
          "%s://%s:%s@%s"
              .formatted(
                  address.scheme(),
                  encoded(address.loginUser()),
                  encoded(password),
                  address.host().contains(":") ? "[" + address.host() + "]" : address.host());
      lines = login + ":" + address.port() + "\n";
      if (address.port() == (address.scheme().equals("https") ? 443 : 80)) {
        lines += login + "\n";
      }
    }
    Files.writeString(file, lines);
    return file;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * How git calls ssh: with the agent's key for contexts only, to the address that was checked. The
   * text is for a shell, so it holds nothing of a user but a host that is made of letters, digits,
   * dots and dashes.
   */
  static String ssh(
      GitAddress address,
      List<InetAddress> addresses,
      @Nullable Path key,
      @Nullable Path knownHosts) {
    String command =
        "ssh -F /dev/null -oBatchMode=yes -oStrictHostKeyChecking=yes -oUpdateHostKeys=no"
            + " -oIdentitiesOnly=yes -oIdentityAgent=none -oIdentityFile="
            + (key == null ? "/dev/null" : quoted(key));
    if (knownHosts != null) {
      command += " -oUserKnownHostsFile=" + quoted(knownHosts);
    }
    if (address.scheme().equals("ssh") && !addresses.isEmpty()) {
      // As ssh-keyscan and ssh write it into a file of known hosts.
      String known =
          address.port() == 22
              ? address.host()
              : "'[" + address.host() + "]:" + address.port() + "'";
      command +=
          " -oHostKeyAlias=%s -oHostName=%s".formatted(known, addresses.get(0).getHostAddress());
    }
    return command;
  }

  /** Quoted for ssh, which also reads % in a path, and then for the shell. */
  private static String quoted(Path path) {
    String word = path.toString().replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%");
    return "'\"" + word.replace("'", "'\\''") + "\"'";
  }
}
