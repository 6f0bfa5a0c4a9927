use crate::{arn, golden, key, refuses, start, user};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha1::Sha1;
use testkit::{Client, START, Server};

/// Seconds that a device shows a code.
const STEP: i64 = 30;

/// Somebody's phone: it knows the seed and the time.
struct Phone {
    serial: String,
    seed: Vec<u8>,
    /// Seconds since the server's clock began.
    now: i64,
}

impl Phone {
    #[track_caller]
    fn new(iam: &Client, name: &str) -> Self {
        let made = iam.call("CreateVirtualMFADevice", &json!({ "VirtualMFADeviceName": name })).ok();
        let text = |name: &str| made.text(&format!("CreateVirtualMFADeviceResult.VirtualMFADevice.{name}"));
        let seed = String::from_utf8_lossy(&unbase(&text("Base32StringSeed"), 6, BASE64)).into_owned();
        Self { serial: text("SerialNumber"), seed: unbase(&seed, 5, BASE32), now: 0 }
    }

    /// What it shows some steps from its time: RFC 6238.
    fn code(&self, steps: i64) -> String {
        let step = (START.millis / 1000 + self.now) / STEP + steps;
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.seed).expect("HMAC takes keys of any length");
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let at = usize::from(digest[19] & 15);
        let four = [digest[at], digest[at + 1], digest[at + 2], digest[at + 3]];
        let number = u32::from_be_bytes(four) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }

    /// A call of a user and two codes.
    fn codes(&self, user: &str, first: i64, second: i64) -> Value {
        json!({
            "UserName": user,
            "SerialNumber": self.serial,
            "AuthenticationCode1": self.code(first),
            "AuthenticationCode2": self.code(second),
        })
    }

    fn of(&self, user: &str) -> Value {
        json!({ "UserName": user, "SerialNumber": self.serial })
    }
}

const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes out of digits of some bits each.
fn unbase(text: &str, bits: u32, digits: &str) -> Vec<u8> {
    let (mut bytes, mut held, mut count) = (Vec::new(), 0_u32, 0);
    for digit in text.trim_end_matches('=').chars() {
        let value = digits.find(digit).expect("the server writes digits only");
        held = held << bits | u32::try_from(value).unwrap_or_default();
        count += bits;
        if count >= 8 {
            count -= 8;
            bytes.push((held >> count).to_le_bytes()[0]);
        }
    }
    bytes
}

#[track_caller]
fn advance(server: &Server, phone: &mut Phone, seconds: i64) {
    server.page("POST", "/_angae/clock", &json!({ "advance": format!("{seconds}s") }));
    phone.now += seconds;
}

#[test]
fn the_life_of_an_mfa_device() {
    let (_server, iam) = start();
    user(&iam, "anna");
    let phone = Phone::new(&iam, "anna-phone");
    let mut golden = golden("mfa-device");
    let create = json!({ "VirtualMFADeviceName": "spare", "Path": "/team//b/", "Tags": [{ "Key": "a", "Value": "1" }] });
    golden.note("CreateVirtualMFADevice", iam.call("CreateVirtualMFADevice", &create)).ok();
    let mut note = |step: &str, operation: &str, parameters: Value| {
        golden.note(step, iam.call(operation, &parameters)).ok();
    };
    note("nobody's", "GetMFADevice", json!({ "SerialNumber": phone.serial }));
    note("EnableMFADevice", "EnableMFADevice", phone.codes("anna", -1, 0));
    note("GetMFADevice", "GetMFADevice", phone.of("anna"));
    note("ListMFADevices", "ListMFADevices", json!({ "UserName": "anna" }));
    note("ListVirtualMFADevices", "ListVirtualMFADevices", json!({}));
    note("assigned", "ListVirtualMFADevices", json!({ "AssignmentStatus": "Assigned" }));
    note("unassigned", "ListVirtualMFADevices", json!({ "AssignmentStatus": "Unassigned" }));
    note("ResyncMFADevice", "ResyncMFADevice", phone.codes("anna", -300, -299));
    note(
        "TagMFADevice",
        "TagMFADevice",
        json!({ "SerialNumber": phone.serial, "Tags": [{ "Key": "b", "Value": "2" }, { "Key": "c", "Value": "3" }] }),
    );
    note("UntagMFADevice", "UntagMFADevice", json!({ "SerialNumber": phone.serial, "TagKeys": ["b"] }));
    note("ListMFADeviceTags", "ListMFADeviceTags", json!({ "SerialNumber": phone.serial }));
    note("DeactivateMFADevice", "DeactivateMFADevice", phone.of("anna"));
    note("deactivated", "ListMFADevices", json!({ "UserName": "anna" }));
    note("DeleteVirtualMFADevice", "DeleteVirtualMFADevice", json!({ "SerialNumber": phone.serial }));
    note("one is left", "ListVirtualMFADevices", json!({}));
    note("root has none", "ListMFADevices", json!({}));
    golden.check();
}

#[test]
fn two_consecutive_codes_of_about_now_enable_a_device() {
    let (server, iam) = start();
    user(&iam, "anna");
    let mut phone = Phone::new(&iam, "phone");
    let wrong = "Authentication code for device is not valid.";
    for (first, second) in [(0, 0), (0, -1), (-1, 1), (10, 11), (-12, -11)] {
        let codes = phone.codes("anna", first, second);
        refuses(&iam, &[("EnableMFADevice", codes, 403, "InvalidAuthenticationCode", wrong)]);
    }
    advance(&server, &mut phone, 86_400);
    let mut late = phone.codes("anna", -2880, -2879);
    refuses(&iam, &[("EnableMFADevice", late.clone(), 403, "InvalidAuthenticationCode", wrong)]);
    late = phone.codes("anna", 0, 1);
    iam.call("EnableMFADevice", &late).ok();
    // A device that has drifted by minutes is brought back into step, one that has drifted by days is not.
    refuses(
        &iam,
        &[("ResyncMFADevice", phone.codes("anna", -2880, -2879), 403, "InvalidAuthenticationCode", wrong)],
    );
    iam.call("ResyncMFADevice", &phone.codes("anna", -900, -899)).ok();
}

#[test]
fn a_device_follows_its_user_and_keeps_it() {
    let (server, iam) = start();
    user(&iam, "anna");
    let phone = Phone::new(&iam, "phone");
    iam.call("EnableMFADevice", &phone.codes("anna", -1, 0)).ok();
    iam.call("UpdateUser", &json!({ "UserName": "anna", "NewUserName": "berta" })).ok();
    let list = iam.call("ListMFADevices", &json!({ "UserName": "berta" })).ok();
    assert_eq!(list.texts("ListMFADevicesResult.MFADevices.member.UserName"), ["berta"]);
    // Another user of the old name has none.
    user(&iam, "anna");
    let (id, secret) = key(&iam, "anna");
    let anna = server.client("iam").key(&id, &secret, None);
    let list = anna.call("ListMFADevices", &json!({})).ok();
    assert_eq!(list.texts("ListMFADevicesResult.MFADevices.member.UserName"), Vec::<String>::new());
    refuses(
        &iam,
        &[
            (
                "DeleteUser",
                json!({ "UserName": "berta" }),
                409,
                "DeleteConflict",
                "Cannot delete entity, must delete MFA device first.",
            ),
            (
                "DeleteVirtualMFADevice",
                json!({ "SerialNumber": phone.serial }),
                409,
                "DeleteConflict",
                "MFA VirtualDevice in use. Must deactivate first.",
            ),
        ],
    );
    iam.call("DeactivateMFADevice", &phone.of("berta")).ok();
    iam.call("DeleteUser", &json!({ "UserName": "berta" })).ok();
    // It is nobody's now, and may be another's.
    iam.call("EnableMFADevice", &phone.codes("anna", -1, 0)).ok();
}

#[test]
fn what_mfa_devices_refuse() {
    let (server, iam) = start();
    user(&iam, "anna");
    user(&iam, "berta");
    let (phone, spare) = (Phone::new(&iam, "phone"), Phone::new(&iam, "spare"));
    iam.call("EnableMFADevice", &phone.codes("anna", -1, 0)).ok();
    let no_user = "The user with name nobody cannot be found.";
    let unknown = arn("mfa/unknown");
    let missing = |serial: &str| format!("MFA Device with serial number {serial} does not exist.");
    let codes = |user: &str, serial: &str| json!({ "UserName": user, "SerialNumber": serial, "AuthenticationCode1": "123456", "AuthenticationCode2": "654321" });
    let of = |user: &str, serial: &str| json!({ "UserName": user, "SerialNumber": serial });
    let tags = |serial: &str| json!({ "SerialNumber": serial, "Tags": [{ "Key": "a", "Value": "" }] });
    let serial = |serial: &str| json!({ "SerialNumber": serial });
    // Hardware is known by its maker only.
    let hardware = "GAHT12345678";
    let path = "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.";
    refuses(
        &iam,
        &[
            (
                "CreateVirtualMFADevice",
                json!({ "VirtualMFADeviceName": "phone" }),
                409,
                "EntityAlreadyExists",
                "MFA device already exists.",
            ),
            (
                "CreateVirtualMFADevice",
                json!({ "VirtualMFADeviceName": "b", "Path": "invalid/" }),
                400,
                "ValidationError",
                path,
            ),
            (
                "CreateVirtualMFADevice",
                json!({ "VirtualMFADeviceName": "b", "Path": "/invalid" }),
                400,
                "ValidationError",
                path,
            ),
            ("EnableMFADevice", codes("nobody", &spare.serial), 404, "NoSuchEntity", no_user),
            ("EnableMFADevice", codes("anna", &unknown), 404, "NoSuchEntity", &missing(&unknown)),
            ("EnableMFADevice", codes("anna", hardware), 404, "NoSuchEntity", &missing(hardware)),
            (
                "EnableMFADevice",
                phone.codes("berta", -1, 0),
                409,
                "EntityAlreadyExists",
                "MFA Device is already in use.",
            ),
            (
                "EnableMFADevice",
                codes("berta", &spare.serial),
                403,
                "InvalidAuthenticationCode",
                "Authentication code for device is not valid.",
            ),
            ("ResyncMFADevice", codes("nobody", &phone.serial), 404, "NoSuchEntity", no_user),
            ("ResyncMFADevice", codes("berta", &phone.serial), 404, "NoSuchEntity", &missing(&phone.serial)),
            ("ResyncMFADevice", codes("berta", &spare.serial), 404, "NoSuchEntity", &missing(&spare.serial)),
            ("DeactivateMFADevice", of("nobody", &phone.serial), 404, "NoSuchEntity", no_user),
            ("DeactivateMFADevice", of("anna", &unknown), 404, "NoSuchEntity", &missing(&unknown)),
            ("DeactivateMFADevice", of("berta", &phone.serial), 404, "NoSuchEntity", &missing(&phone.serial)),
            ("DeleteVirtualMFADevice", serial(&unknown), 404, "NoSuchEntity", &missing(&unknown)),
            ("GetMFADevice", serial(&unknown), 404, "NoSuchEntity", &missing(&unknown)),
            ("GetMFADevice", of("nobody", &phone.serial), 404, "NoSuchEntity", no_user),
            ("GetMFADevice", of("berta", &phone.serial), 404, "NoSuchEntity", &missing(&phone.serial)),
            ("ListMFADevices", json!({ "UserName": "nobody" }), 404, "NoSuchEntity", no_user),
            (
                "ListVirtualMFADevices",
                json!({ "Marker": "invalid-marker-value" }),
                400,
                "ValidationError",
                "Invalid Marker.",
            ),
            ("TagMFADevice", tags(&unknown), 404, "NoSuchEntity", &missing(&unknown)),
            (
                "UntagMFADevice",
                json!({ "SerialNumber": unknown, "TagKeys": ["a"] }),
                404,
                "NoSuchEntity",
                &missing(&unknown),
            ),
            ("ListMFADeviceTags", serial(&unknown), 404, "NoSuchEntity", &missing(&unknown)),
        ],
    );
    // Another account's device is none of ours.
    let other = server.client("iam").key("111122223333", "test", None);
    let sentence = missing(&phone.serial);
    refuses(
        &other,
        &[
            ("GetMFADevice", serial(&phone.serial), 404, "NoSuchEntity", &sentence),
            ("DeleteVirtualMFADevice", serial(&phone.serial), 404, "NoSuchEntity", &sentence),
            ("TagMFADevice", tags(&phone.serial), 404, "NoSuchEntity", &sentence),
        ],
    );
}

#[test]
fn the_ninth_device_of_a_user_is_refused() {
    let (_server, iam) = start();
    user(&iam, "anna");
    for n in 0..8 {
        let phone = Phone::new(&iam, &format!("phone{n}"));
        iam.call("EnableMFADevice", &phone.codes("anna", -1, 0)).ok();
    }
    let ninth = Phone::new(&iam, "phone8");
    refuses(
        &iam,
        &[(
            "EnableMFADevice",
            ninth.codes("anna", -1, 0),
            409,
            "LimitExceeded",
            "Cannot exceed quota for MFADevicesPerUser: 8",
        )],
    );
    let page = iam.call("ListMFADevices", &json!({ "UserName": "anna", "MaxItems": 5 })).ok();
    assert_eq!(page.texts("ListMFADevicesResult.MFADevices.member.SerialNumber").len(), 5);
    let marker = page.text("ListMFADevicesResult.Marker");
    let page = iam.call("ListMFADevices", &json!({ "UserName": "anna", "Marker": marker })).ok();
    assert_eq!(page.texts("ListMFADevicesResult.MFADevices.member.SerialNumber").len(), 3);
}
