package io.slipway.taskapi.sourcetrigger.delivery;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Who sends deliveries, and how each proves that it knows the secret of the hook. Every way takes
 * the whole secret, so that it does not matter whose headers a stranger imitates. Pure.
 *
 * @see <a href="https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries">
 *     GitHub</a>
 * @see <a href="https://docs.gitlab.com/user/project/integrations/webhooks/">GitLab</a>
 */
public enum SourceProvider {
  /** Signs the body. */
  GITHUB("Github", "x-github-event", "x-github-delivery"),
  /** Sends the secret itself. */
  GITLAB("Gitlab", "x-gitlab-event", "x-gitlab-event-uuid"),
  /** Gitea and Forgejo; signs the body. */
  GITEA("Gitea", "x-gitea-event", "x-gitea-delivery"),
  /** Cloud and Data Center; signs the body. */
  BITBUCKET("Bitbucket", "x-event-key", "x-request-uuid"),
  /** Sends the secret itself, as a password. */
  AZURE_DEVOPS("VisualStudioTeamService", "authorization", "");

  private static final String SHA256 = "sha256=";
  private static final String BASIC = "basic ";

  private final String text;
  private final String eventHeader;
  private final String idHeader;

  SourceProvider(String text, String eventHeader, String idHeader) {
    this.text = text;
    this.eventHeader = eventHeader;
    this.idHeader = idHeader;
  }

  /** As a run shows it; ARM has the first and the last. */
  public String text() {
    return text;
  }

  /** Who sent a delivery, by its headers; Gitea sends those of GitHub besides its own. */
  public static Optional<SourceProvider> of(Delivery delivery) {
    if (delivery.has("x-forgejo-event")) {
      return Optional.of(GITEA);
    }
    for (SourceProvider provider :
        new SourceProvider[] {GITEA, GITHUB, GITLAB, BITBUCKET, AZURE_DEVOPS}) {
      if (delivery.has(provider.eventHeader)) {
        return Optional.of(provider);
      }
    }
    return Optional.empty();
  }

  /** Whether whoever sent it knows the secret; takes as long for every wrong one. */
  public boolean isGenuine(Delivery delivery, String secret) {
    return switch (this) {
      case GITHUB -> isSigned(delivery, "x-hub-signature-256", SHA256, secret);
      case BITBUCKET -> isSigned(delivery, "x-hub-signature", SHA256, secret);
      case GITEA ->
          isSigned(
              delivery,
              delivery.has("x-forgejo-signature") ? "x-forgejo-signature" : "x-gitea-signature",
              "",
              secret);
      case GITLAB -> isSame(delivery.header("x-gitlab-token"), secret);
      case AZURE_DEVOPS -> isSame(password(delivery.header("authorization")), secret);
    };
  }

  /** Name of the event, as the provider's header has it; empty if its body names it. */
  String event(Delivery delivery) {
    String event = delivery.header(this == GITEA ? giteaEvent(delivery) : eventHeader);
    return this == AZURE_DEVOPS || event == null ? "" : event;
  }

  private static String giteaEvent(Delivery delivery) {
    return delivery.has("x-forgejo-event") ? "x-forgejo-event" : "x-gitea-event";
  }

  /**
   * The same for a delivery that is sent again, whoever sends it: of what is signed where something
   * is, since headers are not; otherwise of the provider's id, which stays when it tries again.
   */
  public String key(Delivery delivery) {
    String id =
        this == GITLAB && delivery.has("idempotency-key")
            ? delivery.header("idempotency-key")
            : delivery.header(idHeader);
    boolean signs = this != GITLAB && this != AZURE_DEVOPS;
    return Delivery.digest(signs || id == null ? delivery.body() : Delivery.bytes(id));
  }

  /**
   * The key of an event that some tell of again whenever anything else changes, such as a title or
   * a vote: the commit of a pull request.
   */
  public Optional<String> key(SourceEvent event) {
    SourceEvent.PullRequest request = event.pullRequest();
    return request == null || (this != BITBUCKET && this != AZURE_DEVOPS)
        ? Optional.empty()
        : Optional.of(Delivery.digest(Delivery.bytes("pr/" + request.id() + "/" + event.commit())));
  }

  private static boolean isSigned(Delivery delivery, String header, String prefix, String secret) {
    String signature = delivery.header(header);
    if (signature == null || !signature.startsWith(prefix)) {
      return false;
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Delivery.bytes(secret), "HmacSHA256"));
      byte[] given = HexFormat.of().parseHex(signature.substring(prefix.length()));
      return MessageDigest.isEqual(given, mac.doFinal(delivery.body()));
    } catch (IllegalArgumentException noHex) {
      return false;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("HmacSHA256 is missing", impossible);
    }
  }

  private static boolean isSame(@Nullable String given, String secret) {
    return given != null && MessageDigest.isEqual(Delivery.bytes(given), Delivery.bytes(secret));
  }

  /** The password of a log-in; its user name may be anything. */
  private static @Nullable String password(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return null;
    }
    try {
      byte[] login = Base64.getDecoder().decode(header.substring(BASIC.length()).strip());
      String text = new String(login, StandardCharsets.UTF_8);
      return text.substring(text.indexOf(':') + 1);
    } catch (IllegalArgumentException noBase64) {
      return null;
    }
  }
}
