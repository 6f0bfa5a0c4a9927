"""`kill -9` at any moment loses nothing that was answered, and keeps no half of what was not."""

import os
import sqlite3
import threading
import unittest

from botocore.exceptions import BotoCoreError, ClientError

from angae import Server

ROUNDS = int(os.environ.get("ANGAE_KILL_ROUNDS", "3"))
CLIENTS = 16


class Durability(unittest.TestCase):
    def test_acknowledged_changes_survive(self):
        server = Server()
        self.addCleanup(server.stop)
        answered = []
        deleted, gone = [], set()
        lock = threading.Lock()
        for round_number in range(ROUNDS):
            enough = threading.Event()

            def work(number):
                ec2 = server.client("ec2")
                iam = server.client("iam")
                step = 0
                try:
                    while True:
                        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
                        with lock:
                            answered.append(("vpc", vpc))
                        ec2.create_tags(Resources=[vpc], Tags=[{"Key": "round", "Value": str(round_number)}])
                        with lock:
                            answered.append(("tag", vpc))
                        name = f"u-{round_number}-{number}-{step}"
                        iam.create_user(UserName=name)
                        with lock:
                            answered.append(("user", name))
                        if step % 3 == 2:
                            ec2.delete_vpc(VpcId=vpc)
                            with lock:
                                deleted.append(vpc)
                        step += 1
                        if len(answered) > 150 * (round_number + 1):
                            enough.set()
                except (BotoCoreError, ClientError):
                    return

            threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
            for thread in threads:
                thread.start()
            enough.wait(timeout=60)
            server.kill()
            for thread in threads:
                thread.join()
            self.check_file(server)
            server.start()
            gone.update(deleted)
            self.check(server, answered, gone)
        print(f"{len(answered)} answered changes survived {ROUNDS} kills")

    def check_file(self, server):
        database = sqlite3.connect(os.path.join(server.folder.name, "angae.db"))
        self.assertEqual(database.execute("PRAGMA integrity_check").fetchone(), ("ok",))
        database.close()

    def check(self, server, answered, deleted):
        ec2, iam = server.client("ec2"), server.client("iam")
        vpcs = {vpc["VpcId"]: vpc for vpc in ec2.describe_vpcs()["Vpcs"]}
        users = {u["UserName"] for page in iam.get_paginator("list_users").paginate() for u in page["Users"]}
        for kind, name in answered:
            if kind == "user":
                self.assertIn(name, users)
            elif name not in deleted and name in vpcs and kind == "tag":
                self.assertTrue(vpcs[name].get("Tags"), f"the tag of {name} is lost")
        for vpc in deleted:
            self.assertNotIn(vpc, vpcs)
        # A delete that was cut off may or may not have happened; a create that was answered must have.
        lost = {name for kind, name in answered if kind == "vpc"} - set(vpcs) - deleted
        self.assertLessEqual(len(lost), CLIENTS, "at most one unanswered delete a client and round")
        deleted.update(lost)
        # No half: every VPC has its main table, its ACL and its group.
        owners = lambda rows: {row["VpcId"] for row in rows}
        self.assertLessEqual(set(vpcs), owners(ec2.describe_route_tables()["RouteTables"]))
        self.assertLessEqual(set(vpcs), owners(ec2.describe_network_acls()["NetworkAcls"]))
        self.assertLessEqual(set(vpcs), owners(ec2.describe_security_groups()["SecurityGroups"]))
        self.assertLessEqual(owners(ec2.describe_security_groups()["SecurityGroups"]), set(vpcs))


if __name__ == "__main__":
    unittest.main()
