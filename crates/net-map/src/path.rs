//! What a picture of a packet's path shows: what the engine tells of a flow.

use serde::Deserialize;

/// A flow, there and back.
#[derive(Clone, Debug, Deserialize)]
pub struct Path {
    /// Who begins.
    pub(crate) from: String,
    /// With whom.
    pub(crate) to: String,
    /// Whether it passes.
    pub(crate) allowed: bool,
    /// The packet that begins it.
    pub(crate) packet: Packet,
    /// The steps.
    pub(crate) hops: Vec<Hop>,
}

/// Addresses, protocol and ports.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Packet {
    pub(crate) source: String,
    pub(crate) destination: String,
    pub(crate) protocol: u8,
    #[serde(default)]
    pub(crate) ports: Option<(u16, u16)>,
}

/// A step.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Hop {
    /// `forward` or `return`.
    pub(crate) leg: String,
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) id: Option<String>,
    #[serde(default)]
    pub(crate) direction: Option<String>,
    #[serde(default)]
    pub(crate) instance: Option<String>,
    #[serde(default)]
    pub(crate) becomes: Option<Packet>,
    #[serde(default)]
    pub(crate) rule: Option<Rule>,
    #[serde(default)]
    pub(crate) blocked: Option<Blocked>,
}

/// What decided. Which members there are depends on whose rule it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Rule {
    of: String,
    id: String,
    peer: String,
    protocol: String,
    ports: Option<(u16, u16)>,
    number: i32,
    allows: bool,
    cidr: String,
    destination: String,
    target: String,
}

/// Why it does not pass.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Blocked {
    pub(crate) code: String,
    pub(crate) because: String,
    pub(crate) remedy: String,
}

/// The number of the entry that no ACL lacks, which AWS writes as a star.
const LAST: i32 = 32_767;

impl Packet {
    /// In words.
    pub(crate) fn words(&self) -> String {
        let protocol = match self.protocol {
            1 | 58 => "icmp".to_owned(),
            6 => "tcp".to_owned(),
            17 => "udp".to_owned(),
            other => format!("protocol {other}"),
        };
        match self.ports {
            Some((from, to)) => format!("{}:{from} → {}:{to} {protocol}", self.source, self.destination),
            None => format!("{} → {} {protocol}", self.source, self.destination),
        }
    }
}

impl Rule {
    fn ports(&self) -> String {
        match self.ports {
            None | Some((0, u16::MAX)) => String::new(),
            Some((low, high)) if low == high => format!(" {low}"),
            Some((low, high)) => format!(" {low}–{high}"),
        }
    }

    /// In words.
    pub(crate) fn words(&self) -> String {
        let (protocol, ports) = (&self.protocol, self.ports());
        match self.of.as_str() {
            "security-group" => format!("{protocol}{ports} {}  {}", self.peer, self.id),
            "tracked" => "known from the way there".to_owned(),
            "network-acl" => {
                let verb = if self.allows { "allow" } else { "deny" };
                let number = if self.number >= LAST { "*".to_owned() } else { self.number.to_string() };
                format!("rule {number}: {verb} {protocol}{ports} {}", self.cidr)
            }
            "route-table" => format!("{} → {}", self.destination, self.target),
            _ => String::new(),
        }
    }
}

impl Hop {
    /// Whether it is on the way there.
    pub(crate) fn is_forward(&self) -> bool {
        self.leg == "forward"
    }

    /// What it is, in words.
    pub(crate) fn name(&self) -> String {
        let kind = self.kind.replace('-', " ").replace("natgateway", "NAT gateway").replace("acl", "ACL");
        match &self.direction {
            Some(direction) => format!("{kind}, {direction}"),
            None => kind,
        }
    }

    /// What it does, in words.
    pub(crate) fn words(&self) -> String {
        match (&self.becomes, &self.rule, &self.instance) {
            (Some(packet), _, _) => format!("becomes {}", packet.words()),
            (None, Some(rule), _) => rule.words(),
            (None, None, Some(instance)) => instance.clone(),
            (None, None, None) => String::new(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::Path;
    use serde_json::json;

    /// A flow by a NAT gateway that an ACL stops on its way back.
    pub(crate) fn path(allowed: bool) -> Path {
        let packet = json!({ "source": "10.0.1.10", "destination": "203.0.113.9", "protocol": 6, "ports": [49152, 443] });
        let blocked = json!({
            "code": "SUBNET_ACL_RESTRICTION",
            "because": "rule * of acl-00000000000000001 denies tcp ports 1024 to 65535 from 203.0.113.9/32 <script>",
            "remedy": "add an ingress rule to acl-00000000000000001: allow tcp ports 1024 to 65535",
        });
        let told = json!({
            "from": "i-00000000000000001", "to": "203.0.113.9", "allowed": allowed, "packet": packet,
            "hops": [
                { "leg": "forward", "kind": "network-interface", "id": "eni-1", "instance": "i-00000000000000001", "packet": packet },
                {
                    "leg": "forward", "kind": "security-group", "id": "sg-1", "direction": "egress", "packet": packet,
                    "rule": { "of": "security-group", "id": "sgr-1", "peer": "0.0.0.0/0", "protocol": "all", "ports": null },
                },
                {
                    "leg": "forward", "kind": "route-table", "id": "rtb-1", "packet": packet,
                    "rule": { "of": "route-table", "destination": "0.0.0.0/0", "target": "nat-1", "active": true },
                },
                {
                    "leg": "forward", "kind": "natgateway", "id": "nat-1", "packet": packet,
                    "becomes": { "source": "198.18.0.7", "destination": "203.0.113.9", "protocol": 6, "ports": [49152, 443] },
                },
                { "leg": "forward", "kind": "internet-gateway", "id": "igw-1", "packet": packet },
                { "leg": "return", "kind": "internet-gateway", "id": "igw-1", "packet": packet },
                {
                    "leg": "return", "kind": "network-acl", "id": "acl-1", "direction": "ingress", "packet": packet,
                    "rule": { "of": "network-acl", "number": 32767, "allows": false, "cidr": "0.0.0.0/0", "protocol": "all", "ports": null },
                    "blocked": if allowed { json!(null) } else { blocked },
                },
            ],
        });
        serde_json::from_value(told).unwrap()
    }

    #[test]
    fn steps_are_told_in_words() {
        let path = path(false);
        let words: Vec<String> =
            path.hops.iter().map(|hop| format!("{}: {}", hop.name(), hop.words())).collect();
        assert_eq!(
            words,
            [
                "network interface: i-00000000000000001",
                "security group, egress: all 0.0.0.0/0  sgr-1",
                "route table: 0.0.0.0/0 → nat-1",
                "NAT gateway: becomes 198.18.0.7:49152 → 203.0.113.9:443 tcp",
                "internet gateway: ",
                "internet gateway: ",
                "network ACL, ingress: rule *: deny all 0.0.0.0/0",
            ]
        );
    }
}
