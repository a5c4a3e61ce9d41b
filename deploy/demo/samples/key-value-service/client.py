import socket
import sys


def ask(host, command):
    with socket.create_connection((host, 6000), timeout=5) as connection:
        connection.sendall(command.encode())
        return connection.recv(200).decode().strip()


primary, replica = sys.argv[1:]
assert ask(primary, "SET colour green") == "OK"
assert ask(primary, "GET colour") == "green"
assert ask(replica, "GET colour") == "green", "the replica did not get it"
assert ask(replica, "GET shape") == "NONE"
print("integration test passed: what the primary was told, the replica knows")
