#!/usr/bin/env python3
"""From a request to the digests of the images that its run pushed, with CloudEvents alone.

eval "$(./slipway env)"; docs/request-run.py myResourceGroup myregistry helloworldtask
"""
import json, os, ssl, sys, time, urllib.parse, urllib.request, uuid

group, registry, task = sys.argv[1:4]
env = os.environ
tls = ssl.create_default_context(cafile=env.get("SLIPWAY_CA_BUNDLE"))

def call(url, body=None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    secure = {"context": tls} if url.startswith("https:") else {}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), **secure) as answer:
        return json.load(answer)

log_in = {"grant_type": "client_credentials", "client_id": env["SLIPWAY_CLIENT_ID"],
          "client_secret": env["SLIPWAY_CLIENT_SECRET"],
          "scope": env.get("SLIPWAY_SCOPE", env["SLIPWAY_ARM_ENDPOINT"] + "/.default")}
token = call(env["SLIPWAY_AD_ENDPOINT"] + "/oauth2/token", urllib.parse.urlencode(log_in).encode())
bearer = "Bearer " + token["access_token"]
events = (f"/subscriptions/{env['SLIPWAY_SUBSCRIPTION_ID']}/resourceGroups/{group}"
          f"/providers/Microsoft.ContainerRegistry/registries/{registry}/events")
request = {"specversion": "1.0", "id": str(uuid.uuid4()), "source": "/docs/request-run",
           "type": "io.slipway.run.requested.v1", "data": {"registry": registry, "task": task}}
accepted = call(env["SLIPWAY_ARM_ENDPOINT"] + events, json.dumps(request).encode(),
                Authorization=bearer, Content_Type="application/cloudevents+json")
run = {"status": "Queued"}
while run["status"] in ("Queued", "Started", "Running"):
    time.sleep(0.5)
    run = call(env["SLIPWAY_ARM_ENDPOINT"] + accepted["data"]["resourceId"],
               Authorization=bearer)["properties"]
print(run["runId"], run["status"], *(image["digest"] for image in run["outputImages"]))
