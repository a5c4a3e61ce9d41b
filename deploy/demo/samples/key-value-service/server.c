/* A key-value store over TCP, one command per connection: "SET key value" or "GET key".
   With a second address, each SET goes there first. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 64, LENGTH = 128 };

static char keys[MOST][LENGTH], values[MOST][LENGTH];
static int used;

/* Address of a host from /etc/hosts: a static binary has no other resolver. */
static in_addr_t address_of(const char *host) {
  char line[512], name[256], address[64];
  in_addr_t found = INADDR_NONE;
  FILE *hosts = fopen("/etc/hosts", "r");
  while (hosts && found == INADDR_NONE && fgets(line, sizeof line, hosts)) {
    if (sscanf(line, "%63s %255s", address, name) == 2 && strcmp(name, host) == 0) {
      found = inet_addr(address);
    }
  }
  if (hosts) fclose(hosts);
  return found;
}

static int forward(const char *host, int port, const char *command) {
  struct sockaddr_in target = {.sin_family = AF_INET, .sin_port = htons(port)};
  target.sin_addr.s_addr = address_of(host);
  int peer = socket(AF_INET, SOCK_STREAM, 0);
  char answer[LENGTH] = "";
  int done = connect(peer, (struct sockaddr *)&target, sizeof target) == 0 &&
             write(peer, command, strlen(command)) > 0 && read(peer, answer, sizeof answer - 1) > 0 &&
             strncmp(answer, "OK", 2) == 0;
  close(peer);
  return done;
}

static const char *get(const char *key) {
  for (int i = 0; i < used; i++) {
    if (strcmp(keys[i], key) == 0) return values[i];
  }
  return NULL;
}

static int set(const char *key, const char *value) {
  int i = 0;
  while (i < used && strcmp(keys[i], key) != 0) i++;
  if (i == MOST) return 0;
  strcpy(keys[i], key);
  strcpy(values[i], value);
  if (i == used) used++;
  return 1;
}

int main(int count, char **arguments) {
  if (count != 2 && count != 4) return 64;
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1]))};
  int server = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(server, (struct sockaddr *)&own, sizeof own) != 0 || listen(server, 16) != 0) {
    perror("server");
    return 1;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  printf("listening on %s%s\n", arguments[1], count == 4 ? ", with a replica" : "");
  for (;;) {
    int client = accept(server, NULL, NULL);
    char command[2 * LENGTH + 8] = "", key[LENGTH], value[LENGTH];
    const char *answer = "ERROR\n";
    if (read(client, command, sizeof command - 1) > 0) {
      if (sscanf(command, "SET %127s %127s", key, value) == 2) {
        int copied = count == 2 || forward(arguments[2], atoi(arguments[3]), command);
        answer = copied && set(key, value) ? "OK\n" : "ERROR\n";
        printf("set %s: %s", key, answer);
      } else if (sscanf(command, "GET %127s", key) == 1) {
        const char *found = get(key);
        answer = found ? found : "NONE\n";
      }
    }
    if (write(client, answer, strlen(answer)) < 0) perror("answer");
    close(client);
  }
}
