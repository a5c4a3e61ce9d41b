package io.slipway.taskapi.sourcetrigger.delivery;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Deliveries as providers send them, with those parts of their bodies that matter here. */
public final class Deliveries {
  public static final String COMMIT = "59b20b8d5c6ff8d09518216e87bcab5ac67a58a3";
  public static final String REPOSITORY = "https://git.example/team/app";

  private static final String ZERO = "0".repeat(40);
  private static final String HUB =
      "'repository':{'full_name':'team/app','clone_url':'https://git.example/team/app.git',"
          + "'html_url':'https://git.example/team/app','ssh_url':'git@git.example:team/app.git',"
          + "'pushed_at':%d}";
  private static final String PROJECT =
      "'project':{'git_http_url':'https://git.example/team/app.git',"
          + "'web_url':'https://git.example/team/app'}";
  private static final String CLOUD =
      "'repository':{'full_name':'team/app',"
          + "'links':{'html':{'href':'https://git.example/team/app'}}}";

  private Deliveries() {}

  /** A push to GitHub that changed {@code src/Main.java}. */
  public static String githubPush(String ref, String commit, long pushed) {
    return json(
        "{'ref':'%s','before':'%s','after':'%s','deleted':%s,'head_commit':{'id':'%s'},"
                .formatted(ref, ZERO, commit, commit.equals(ZERO), commit)
            + "'commits':[{'id':'%s','added':[],'removed':[],'modified':['src/Main.java']}],"
                .formatted(commit)
            + HUB.formatted(pushed)
            + "}");
  }

  /** A pull request of GitHub or Gitea; {@code from} is the repository of its commits. */
  static String hubPullRequest(String action, String from, String updated) {
    return json(
        ("{'action':'%s','number':7,'pull_request':{'number':7,'updated_at':'%s',"
                    + "'head':{'ref':'fix','sha':'%s','repo':{'full_name':'%s'}},"
                    + "'base':{'ref':'main','repo':{'full_name':'team/app'}}},")
                .formatted(action, updated, COMMIT, from)
            + HUB.formatted(1_700_000_000)
            + "}");
  }

  static String gitlabPush(String kind, String ref, int all) {
    return json(
        ("{'object_kind':'%s','ref':'%s','before':'%s','after':'%s','checkout_sha':'%s',"
                    + "'commits':[{'id':'%s','added':['docs/a.md'],'modified':[],'removed':[]}],"
                    + "'total_commits_count':%d,")
                .formatted(kind, ref, ZERO, COMMIT, COMMIT, COMMIT, all)
            + PROJECT
            + "}");
  }

  static String gitlabMergeRequest(String attributes, int source) {
    return json(
        ("{'object_kind':'merge_request','object_attributes':{'iid':7,'source_branch':'fix',"
                    + "'target_branch':'main','source_project_id':%d,'target_project_id':1,"
                    + "'updated_at':'2023-11-14 22:13:20 UTC','last_commit':{'id':'%s'},%s},")
                .formatted(source, COMMIT, attributes)
            + PROJECT
            + "}");
  }

  static String bitbucketPush() {
    return json(
        ("{'push':{'changes':["
                    + "{'new':{'type':'branch','name':'main','target':{'hash':'%s'}}},"
                    + "{'new':null,'old':{'type':'branch','name':'gone'}},"
                    + "{'new':{'type':'tag','name':'v1','target':{'hash':'%s'}}}]},")
                .formatted(COMMIT, COMMIT)
            + CLOUD
            + "}");
  }

  static String bitbucketPullRequest() {
    return json(
        "{'pullrequest':{'id':7,'updated_on':'2023-11-14T22:13:20.000+00:00',"
            + "'source':{'branch':{'name':'fix'},'commit':{'hash':'59b20b8d5c6f'},"
            + "'repository':{'full_name':'stranger/app'}},"
            + "'destination':{'branch':{'name':'main'},'repository':{'full_name':'team/app'}}},"
            + CLOUD
            + "}");
  }

  static String dataCenterPush() {
    return json(
        "{'eventKey':'repo:refs_changed','date':'2023-11-15T08:13:20+1000',"
            + "'repository':{'slug':'app','project':{'key':'TEAM'}},"
            + "'changes':[{'ref':{'id':'refs/heads/main','displayId':'main','type':'BRANCH'},"
            + "'fromHash':'%s','toHash':'%s','type':'UPDATE'}]}".formatted(ZERO, COMMIT));
  }

  static String dataCenterPullRequest() {
    String repository = "{'id':%d,'slug':'app','project':{'key':'TEAM'}}";
    return json(
        "{'date':'2023-11-15T08:13:20+1000','pullRequest':{'id':7,"
            + "'fromRef':{'displayId':'fix','latestCommit':'%s','repository':%s},"
                .formatted(COMMIT, repository.formatted(1))
            + "'toRef':{'displayId':'main','repository':%s}}}".formatted(repository.formatted(1)));
  }

  static String azurePush(String ref, String commit) {
    return json(
        ("{'id':'e1','publisherId':'tfs','eventType':'git.push',"
                + "'createdDate':'2023-11-14T22:13:20.0000000Z','resource':{'refUpdates':["
                + "{'name':'%s','oldObjectId':'%s','newObjectId':'%s'}],"
                + "'repository':{'remoteUrl':'https://org@git.example/team/app'}}}")
            .formatted(ref, ZERO, commit));
  }

  static String azurePullRequest() {
    return json(
        ("{'id':'e2','publisherId':'tfs','eventType':'git.pullrequest.updated',"
                + "'createdDate':'2023-11-14T22:13:20Z','resource':{'pullRequestId':7,"
                + "'status':'active','sourceRefName':'refs/heads/fix',"
                + "'targetRefName':'refs/heads/main',"
                + "'lastMergeSourceCommit':{'commitId':'%s'},"
                + "'repository':{'remoteUrl':'https://git.example/team/app'}}}")
            .formatted(COMMIT));
  }

  /** With the headers that a provider would send, signed with a secret. */
  public static Delivery signed(SourceProvider provider, String event, String body, String secret) {
    Map<String, String> headers = new HashMap<>();
    String mac = hmac(body, secret);
    switch (provider) {
      case GITHUB -> {
        headers.put("X-GitHub-Event", event);
        headers.put("X-GitHub-Delivery", "d1");
        headers.put("X-Hub-Signature-256", "sha256=" + mac);
      }
      case GITEA -> {
        headers.put("X-Gitea-Event", event);
        headers.put("X-GitHub-Event", event);
        headers.put("X-Gitea-Delivery", "d1");
        headers.put("X-Gitea-Signature", mac);
      }
      case GITLAB -> {
        headers.put("X-Gitlab-Event", event);
        headers.put("X-Gitlab-Event-UUID", "d1");
        headers.put("X-Gitlab-Token", secret);
      }
      case BITBUCKET -> {
        headers.put("X-Event-Key", event);
        headers.put("X-Request-UUID", "d1");
        headers.put("X-Hub-Signature", "sha256=" + mac);
      }
      case AZURE_DEVOPS -> {
        byte[] login = ("any:" + secret).getBytes(StandardCharsets.UTF_8);
        headers.put("Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
      }
    }
    Map<String, String> lower = new HashMap<>();
    headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
    return new Delivery(lower, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String hmac(String body, String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
