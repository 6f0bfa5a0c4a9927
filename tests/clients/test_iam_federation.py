"""Identity providers, certificates, SSH keys, MFA devices and credentials of services through boto3."""

import base64
import hashlib
import hmac
import pathlib
import struct
import unittest

from angae import Server, refusal

DATA = pathlib.Path(__file__).parents[2] / "crates" / "iam" / "tests" / "acceptance" / "data"


def text(name):
    return (DATA / name).read_text()


def code(seed, when):
    """RFC 6238."""
    digest = hmac.new(base64.b32decode(seed), struct.pack(">q", int(when.timestamp()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000:06}"


class Federation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--clock", "stepped")
        cls.iam = cls.server.client("iam")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_an_oidc_provider_as_eksctl_and_terraform_make_it(self):
        url = "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E"
        made = self.iam.create_open_id_connect_provider(Url=url, ClientIDList=["sts.amazonaws.com"])
        arn = made["OpenIDConnectProviderArn"]
        self.assertEqual(arn, "arn:aws:iam::000000000000:oidc-provider/" + url.removeprefix("https://"))
        got = self.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
        self.assertEqual(got["Url"], url.removeprefix("https://"))
        self.assertEqual((got["ClientIDList"], got["ThumbprintList"], got["Tags"]), (["sts.amazonaws.com"], [], []))
        self.iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["C" * 40])
        self.iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="app")
        self.iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=arn, Tags=[{"Key": "k", "Value": "v"}])
        self.server.kill()
        self.server.start()
        type(self).iam = self.server.client("iam")
        got = self.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
        self.assertEqual(got["ClientIDList"], ["sts.amazonaws.com", "app"])
        self.assertEqual(got["ThumbprintList"], ["c" * 40])
        tags = self.iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=arn)["Tags"]
        self.assertEqual(tags, [{"Key": "k", "Value": "v"}])
        again = refusal(lambda: self.iam.create_open_id_connect_provider(Url=url))
        self.assertEqual(again[1], "EntityAlreadyExists")
        listed = [entry["Arn"] for entry in self.iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]]
        self.assertIn(arn, listed)
        self.iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
        gone = refusal(lambda: self.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn))
        self.assertEqual(gone[1], "NoSuchEntity")

    def test_a_saml_provider_keeps_its_document(self):
        arn = self.iam.create_saml_provider(Name="idp", SAMLMetadataDocument=text("metadata.xml"))["SAMLProviderArn"]
        got = self.iam.get_saml_provider(SAMLProviderArn=arn)
        self.assertEqual(got["SAMLMetadataDocument"], text("metadata.xml"))
        self.assertEqual((got["ValidUntil"].year, got["AssertionEncryptionMode"]), (2126, "Allowed"))
        self.iam.update_saml_provider(SAMLProviderArn=arn, SAMLMetadataDocument=text("metadata-other.xml"))
        [entry] = self.iam.list_saml_providers()["SAMLProviderList"]
        self.assertEqual((entry["Arn"], entry["ValidUntil"].year), (arn, 2127))
        bad = refusal(lambda: self.iam.create_saml_provider(Name="b", SAMLMetadataDocument="x" * 1000))
        self.assertEqual(bad[1], "InvalidInput")
        self.iam.delete_saml_provider(SAMLProviderArn=arn)

    def test_a_server_certificate_is_kept_with_its_key_only(self):
        pair = {"CertificateBody": text("leaf.pem"), "PrivateKey": text("leaf.key.pem")}
        chain = text("middle.pem") + text("root.pem")
        made = self.iam.upload_server_certificate(ServerCertificateName="www", CertificateChain=chain, **pair)
        self.assertEqual(made["ServerCertificateMetadata"]["Expiration"].year, 2126)
        got = self.iam.get_server_certificate(ServerCertificateName="www")["ServerCertificate"]
        self.assertEqual((got["CertificateBody"], got["CertificateChain"]), (text("leaf.pem"), chain))
        pages = self.iam.get_paginator("list_server_certificates").paginate()
        names = [one["ServerCertificateName"] for page in pages for one in page["ServerCertificateMetadataList"]]
        self.assertEqual(names, ["www"])
        pair["PrivateKey"] = text("rsa.key.pem")
        mismatch = refusal(lambda: self.iam.upload_server_certificate(ServerCertificateName="b", **pair))
        self.assertEqual(mismatch[1], "KeyPairMismatch")
        self.iam.delete_server_certificate(ServerCertificateName="www")

    def test_a_phone_is_a_users_second_factor(self):
        self.iam.create_user(UserName="anna")
        made = self.iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
        self.assertTrue(made["QRCodePNG"].startswith(b"\x89PNG\r\n\x1a\n"))
        self.assertEqual(len(made["Base32StringSeed"]), 64)
        own = {"UserName": "anna", "SerialNumber": made["SerialNumber"]}
        first = code(made["Base32StringSeed"], self.server.now())
        wrong = refusal(
            lambda: self.iam.enable_mfa_device(AuthenticationCode1=first, AuthenticationCode2=first, **own)
        )
        self.assertEqual(wrong[1], "InvalidAuthenticationCode")
        self.server.advance(30)
        second = code(made["Base32StringSeed"], self.server.now())
        self.iam.enable_mfa_device(AuthenticationCode1=first, AuthenticationCode2=second, **own)
        [device] = self.iam.list_mfa_devices(UserName="anna")["MFADevices"]
        self.assertEqual(device["SerialNumber"], made["SerialNumber"])
        pages = self.iam.get_paginator("list_virtual_mfa_devices").paginate(AssignmentStatus="Assigned")
        [device] = [device for page in pages for device in page["VirtualMFADevices"]]
        self.assertEqual(device["User"]["UserName"], "anna")
        self.iam.deactivate_mfa_device(**own)
        self.iam.delete_virtual_mfa_device(SerialNumber=made["SerialNumber"])
        self.iam.delete_user(UserName="anna")

    def test_what_a_user_signs_in_to_services_with(self):
        self.iam.create_user(UserName="berta")
        key = self.iam.upload_ssh_public_key(UserName="berta", SSHPublicKeyBody=text("rsa.pub"))["SSHPublicKey"]
        blob = base64.b64decode(text("rsa.pub").split()[1])
        digest = hashlib.md5(blob, usedforsecurity=False).hexdigest()
        self.assertEqual(key["Fingerprint"], ":".join(digest[at:at + 2] for at in range(0, 32, 2)))
        named = {"UserName": "berta", "SSHPublicKeyId": key["SSHPublicKeyId"]}
        pem = self.iam.get_ssh_public_key(Encoding="PEM", **named)["SSHPublicKey"]["SSHPublicKeyBody"]
        self.assertEqual(pem, text("rsa.spki.pem"))
        made = self.iam.create_service_specific_credential(
            UserName="berta", ServiceName="codecommit.amazonaws.com"
        )["ServiceSpecificCredential"]
        self.assertEqual(made["ServiceUserName"], "berta-at-000000000000")
        api_key = self.iam.create_service_specific_credential(
            UserName="berta", ServiceName="bedrock.amazonaws.com", CredentialAgeDays=1
        )["ServiceSpecificCredential"]
        self.assertTrue(api_key["ServiceCredentialSecret"].startswith("ABSK"))
        self.assertEqual((api_key["ExpirationDate"] - api_key["CreateDate"]).days, 1)
        certificate = self.iam.upload_signing_certificate(UserName="berta", CertificateBody=text("signer1.pem"))
        self.assertEqual(certificate["Certificate"]["Status"], "Active")
        conflict = refusal(lambda: self.iam.delete_user(UserName="berta"))
        self.assertEqual(conflict[1], "DeleteConflict")

    def test_an_account_switches_its_own_tokens_on(self):
        off = refusal(self.iam.get_outbound_web_identity_federation_info)
        self.assertEqual(off[1], "FeatureDisabled")
        issuer = self.iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
        info = self.iam.get_outbound_web_identity_federation_info()
        self.assertEqual((info["IssuerIdentifier"], info["JwtVendingEnabled"]), (issuer, True))
        self.iam.disable_outbound_web_identity_federation()
        self.iam.set_security_token_service_preferences(GlobalEndpointTokenVersion="v2Token")
        none = refusal(self.iam.list_organizations_features)
        self.assertEqual(none[1], "OrganizationNotFoundException")


if __name__ == "__main__":
    unittest.main()
