package io.slipway.taskapi.definition;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What starts runs of a task. This is also the form in which it is stored; it holds no secret. Each
 * {@code status} is {@code Enabled} or {@code Disabled}.
 */
public record Triggers(
    List<Timer> timerTriggers, List<Source> sourceTriggers, @Nullable BaseImage baseImageTrigger) {
  private static final String ENABLED = "Enabled";

  /**
   * Starts runs at certain times.
   *
   * @param schedule cron expression, see {@link CronSchedule}
   * @param timeZone time zone that it is meant in; null: UTC, as in ACR
   */
  public record Timer(
      String name,
      String schedule,
      String status,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String timeZone) {
    /** Characters of a name. */
    public static final int LONGEST_NAME = 100;

    /** Whether it is to start runs. */
    @JsonIgnore
    public boolean isEnabled() {
      return status.equals(ENABLED);
    }

    /** Whether it can be a part of a key; tasks of earlier versions may have others. */
    public static boolean isName(String name) {
      return name.length() <= LONGEST_NAME && name.chars().noneMatch(Character::isISOControl);
    }
  }

  /**
   * Starts runs when a git repository changes.
   *
   * @param sourceTriggerEvents {@code commit}, {@code pullrequest}
   * @param branches {@link Globs} of branches; null for the one that the repository names. ARM has
   *     none of the three
   * @param tags {@link Globs} of tags; null for none
   * @param paths {@link Globs} of files one of which must have been changed; null for any
   * @param polling true if its repository is asked for commits, since it tells of none
   */
  public record Source(
      String name,
      String status,
      List<String> sourceTriggerEvents,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> branches,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> tags,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> paths,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean polling,
      Repository sourceRepository) {
    /** Whether its repository is asked for commits. */
    @JsonIgnore
    public boolean isPolled() {
      return polling != null && polling;
    }

    /** Whether it is to start runs. */
    @JsonIgnore
    public boolean isEnabled() {
      return status.equals(ENABLED);
    }

    /** Who has the repository, by its host; ARM tells two of them apart alone. */
    @JsonIgnore
    public Optional<String> provider() {
      String address = sourceRepository.repositoryUrl();
      if (sourceRepository.sourceControlType().equals("Github")) {
        return Optional.of("Github");
      }
      return HOSTS.entrySet().stream()
          .filter(host -> address.startsWith("https://" + host.getKey() + "/"))
          .map(Map.Entry::getValue)
          .findFirst();
    }
  }

  private static final Map<String, String> HOSTS =
      Map.of("gitlab.com", "Gitlab", "bitbucket.org", "Bitbucket", "codeberg.org", "Gitea");

  /**
   * A git repository.
   *
   * @param sourceControlType {@code Github} or {@code VisualStudioTeamService}
   * @param sourceControlAuthProperties null if it is public
   */
  public record Repository(
      String sourceControlType,
      String repositoryUrl,
      @Nullable String branch,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Auth sourceControlAuthProperties) {}

  /**
   * How to log in to a git repository; the tokens are at credential-broker.
   *
   * @param tokenType {@code PAT} or {@code OAuth}
   */
  public record Auth(String tokenType, @Nullable String scope) {}

  /**
   * Starts runs when a base image changes.
   *
   * @param baseImageTriggerType {@code All} or {@code Runtime}
   * @param updateTriggerPayloadType {@code Default} or {@code Token}
   */
  public record BaseImage(
      String baseImageTriggerType, String updateTriggerPayloadType, String status, String name) {
    /** Whether it is to start runs. */
    @JsonIgnore
    public boolean isEnabled() {
      return status.equals(ENABLED);
    }

    /**
     * Whether images count too that the result does not stand on, such as those of other stages.
     */
    @JsonIgnore
    public boolean isForAll() {
      return baseImageTriggerType.equals("All");
    }
  }

  /**
   * Name of a secret that a source trigger has.
   *
   * @param field {@code token} or {@code refreshToken}
   */
  public static String tokenName(String trigger, String field) {
    return "@sourceTrigger/" + trigger + "/" + field;
  }

  /** Address of the repository that a secret of a source trigger is for. */
  public Optional<String> repositoryOf(String secret) {
    return sourceTriggers.stream()
        .filter(source ->
            secret.equals(tokenName(source.name, "token"))
                || secret.equals(tokenName(source.name, "refreshToken")))
        .map(source -> source.sourceRepository.repositoryUrl)
        .findFirst();
  }

  /** Names of the secrets that the triggers may have. */
  public Set<String> secretNames() {
    Set<String> names = new LinkedHashSet<>();
    for (Source source : sourceTriggers) {
      if (source.sourceRepository.sourceControlAuthProperties != null) {
        names.add(tokenName(source.name, "token"));
        names.add(tokenName(source.name, "refreshToken"));
      }
    }
    return names;
  }
}
