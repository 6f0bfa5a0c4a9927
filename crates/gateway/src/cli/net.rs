//! `angae net …`: whether a flow passes the network and what blocks it, and what networks look like, asked of a
//! running angae.

use super::{http, print};
use crate::failure::Failure;
use crate::settings::Settings;
use ::http::Method;
use clap::{Args, Parser, Subcommand};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::fmt::Write;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is asked.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    question: Question,
}

/// What is asked.
#[derive(Subcommand)]
enum Question {
    /// Follow a flow there and back, step by step, and say what blocks it and what would let it pass
    #[command(disable_help_flag = true)]
    Explain {
        /// Both ends and what is said of the flow; --help says more
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "FROM TO --port PORT")]
        words: Vec<String>,
    },
    /// Draw the networks of an account in a Region: for a terminal, or as SVG
    Map(Drawing),
}

/// What is drawn, and how.
#[derive(Args)]
struct Drawing {
    /// The VPC; all of them where it is left out
    vpc: Option<String>,
    /// Write the picture as SVG into this file
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Draw with letters, also where the output is no terminal
    #[arg(long, conflicts_with = "output")]
    text: bool,
    /// Whose network [default: 000000000000]
    #[arg(long)]
    account: Option<String>,
    /// Where [default: us-east-1]
    #[arg(long)]
    region: Option<String>,
    /// The world; where it is left out, the one the port of angae leads to
    #[arg(long)]
    world: Option<String>,
}

/// A flow. It is read apart from the other flags, as --port is angae's own elsewhere.
#[derive(Parser)]
#[command(name = "angae net explain", no_binary_name = true, about = "Follow a flow there and back")]
struct Flow {
    /// Who begins: an interface, an instance, an internet gateway, an address, or the word internet
    from: String,
    /// With whom: likewise
    to: String,
    /// The destination port; any that passes where it is left out
    #[arg(long)]
    port: Option<u16>,
    /// tcp, udp, icmp or a number
    #[arg(long, default_value = "tcp")]
    protocol: String,
    /// Whose network [default: 000000000000]
    #[arg(long)]
    account: Option<String>,
    /// Where [default: us-east-1]
    #[arg(long)]
    region: Option<String>,
    /// The world; where it is left out, the one the port of angae leads to
    #[arg(long)]
    world: Option<String>,
    /// Print for programs
    #[arg(long)]
    json: bool,
    /// Draw the path as SVG into this file
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
}

/// Asks what is asked.
pub(crate) fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode, Failure> {
    match &arguments.question {
        Question::Explain { words } => explain(settings, words),
        Question::Map(drawing) => draw(settings, drawing),
    }
}

/// A page of angae's own with its parameters, of which those that are not given are left out.
fn target(page: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let pairs = pairs.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    let query: Vec<String> = pairs
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    format!("{page}?{}", query.join("&"))
}

/// Writes a picture.
fn write(file: &Path, picture: &[u8]) -> Result<(), Failure> {
    std::fs::write(file, picture).map_err(|error| Failure::new(format!("{}: {error}", file.display())))
}

/// Draws networks.
fn draw(settings: &Settings, drawing: &Drawing) -> Result<ExitCode, Failure> {
    let is_text = drawing.text || (drawing.output.is_none() && std::io::stdout().is_terminal());
    let form = if settings.json {
        "json"
    } else if is_text {
        "text"
    } else {
        "svg"
    };
    let pairs = [
        ("as", Some(form)),
        ("vpc", drawing.vpc.as_deref()),
        ("account", drawing.account.as_deref()),
        ("region", drawing.region.as_deref()),
    ];
    let target = target("/_angae/net/map", &pairs);
    let picture = http::Call::new(settings, Method::GET, &target, drawing.world.as_deref())?.send()?;
    match &drawing.output {
        Some(file) => write(file, &picture)?,
        None => print::text(String::from_utf8_lossy(&picture).trim_end()),
    }
    Ok(ExitCode::SUCCESS)
}

/// A flow that is blocked ends with 1.
fn explain(settings: &Settings, words: &[String]) -> Result<ExitCode, Failure> {
    let flow = match Flow::try_parse_from(words) {
        Ok(flow) => flow,
        Err(error) if error.use_stderr() => return Err(Failure::new(error)),
        Err(help) => {
            print::text(help.to_string().trim_end());
            return Ok(ExitCode::SUCCESS);
        }
    };
    let port = flow.port.map(|port| port.to_string());
    let pairs = [
        ("from", Some(flow.from.as_str())),
        ("to", Some(flow.to.as_str())),
        ("protocol", Some(flow.protocol.as_str())),
        ("port", port.as_deref()),
        ("account", flow.account.as_deref()),
        ("region", flow.region.as_deref()),
    ];
    let target = target("/_angae/net/explain", &pairs);
    let answer = http::Call::new(settings, Method::GET, &target, flow.world.as_deref())?.send()?;
    let told: Value =
        serde_json::from_slice(&answer).map_err(|error| Failure::new(format!("{target}: {error}")))?;
    if let Some(file) = &flow.picture {
        let path: net_map::Path = serde_json::from_value(told.clone())
            .map_err(|error| Failure::new(format!("{target}: {error}")))?;
        write(file, path.svg().as_bytes())?;
    }
    if settings.json || flow.json {
        print::json(&told);
    } else {
        print::text(path(&told).trim_end());
    }
    Ok(if told["allowed"] == true { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of[name].as_str().unwrap_or_default()
}

/// Addresses, protocol and ports of a packet.
fn packet(own: &Value) -> String {
    let (source, destination) = (text(own, "source"), text(own, "destination"));
    let word = match own["protocol"].as_u64() {
        Some(1 | 58) => "icmp".to_owned(),
        Some(6) => "tcp".to_owned(),
        Some(17) => "udp".to_owned(),
        other => format!("protocol {}", other.unwrap_or_default()),
    };
    match (own["ports"][0].as_u64(), own["ports"][1].as_u64()) {
        (Some(from), Some(to)) => format!("{source}:{from} to {destination}:{to}, {word}"),
        _ => format!("{source} to {destination}, {word}"),
    }
}

/// Ports of a rule.
fn ports(rule: &Value) -> String {
    match (rule["ports"][0].as_u64(), rule["ports"][1].as_u64()) {
        (Some(0), Some(65_535)) | (None, _) | (_, None) => String::new(),
        (Some(low), Some(high)) if low == high => format!(" port {low}"),
        (Some(low), Some(high)) => format!(" ports {low} to {high}"),
    }
}

/// The rule that decided.
fn rule(step: &Value) -> String {
    let own = &step["rule"];
    let protocol = text(own, "protocol");
    match text(own, "of") {
        "security-group" => format!("{}: {protocol}{} {}", text(own, "id"), ports(own), text(own, "peer")),
        "tracked" => "known from the way there".to_owned(),
        "network-acl" => {
            let verb = if own["allows"] == true { "allows" } else { "denies" };
            let number = match own["number"].as_u64() {
                Some(32_767 | 32_768) | None => "rule *".to_owned(),
                Some(number) => format!("rule {number}"),
            };
            format!("{number} {verb} {protocol}{} {}", ports(own), text(own, "cidr"))
        }
        "route-table" => format!("{} to {}", text(own, "destination"), text(own, "target")),
        "transit-gateway-route-table" => {
            let way = own["attachment"].as_str().unwrap_or("nowhere");
            format!("{}: {} to {way}", text(own, "table"), text(own, "destination"))
        }
        _ => String::new(),
    }
}

/// A flow for people.
fn path(told: &Value) -> String {
    let word = if told["allowed"] == true { "allowed" } else { "blocked" };
    let (from, to) = (text(told, "from"), text(told, "to"));
    let mut said = format!("{word}: {from} to {to} ({})\n", packet(&told["packet"]));
    let steps = told["hops"].as_array().map_or(&[][..], Vec::as_slice);
    let mut leg = "";
    for step in steps {
        if text(step, "leg") != leg {
            leg = text(step, "leg");
            said.push_str(if leg == "forward" { "there\n" } else { "back\n" });
        }
        let mark = if step["blocked"].is_null() { " " } else { "✗" };
        let name = match (text(step, "id"), text(step, "direction")) {
            ("", _) => text(step, "kind").to_owned(),
            (id, "") => id.to_owned(),
            (id, direction) => format!("{id} {direction}"),
        };
        let mut detail = rule(step);
        if !step["becomes"].is_null() {
            detail = format!("now {}", packet(&step["becomes"]));
        }
        let _never = writeln!(said, "{}", format!("{mark} {name:<36} {detail}").trim_end());
        let blocked = &step["blocked"];
        if !blocked.is_null() {
            let _never = writeln!(said, "    {}: {}", text(blocked, "code"), text(blocked, "because"));
            let _never = writeln!(said, "    fix: {}", text(blocked, "remedy"));
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::path;
    use serde_json::json;

    #[test]
    fn a_blocked_flow_is_told_with_its_rule_and_its_fix() {
        let packet = json!({
            "source": "10.0.1.10", "destination": "203.0.113.9", "protocol": 6, "ports": [49152, 443]
        });
        let told = json!({
            "from": "eni-1", "to": "203.0.113.9", "allowed": false, "packet": packet,
            "hops": [
                { "leg": "forward", "kind": "network-interface", "id": "eni-1", "packet": packet },
                {
                    "leg": "forward", "kind": "security-group", "id": "sg-1", "direction": "egress",
                    "packet": packet,
                    "rule": { "of": "security-group", "id": "sgr-1", "peer": "0.0.0.0/0", "protocol": "tcp",
                              "ports": [443, 443] },
                },
                {
                    "leg": "forward", "kind": "natgateway", "id": "nat-1", "packet": packet,
                    "becomes": { "source": "10.0.0.200", "destination": "203.0.113.9", "protocol": 50 },
                },
                {
                    "leg": "return", "kind": "internet", "packet": packet,
                },
                {
                    "leg": "return", "kind": "network-acl", "id": "acl-1", "direction": "ingress",
                    "packet": packet,
                    "rule": { "of": "network-acl", "number": 32767, "allows": false, "cidr": "0.0.0.0/0",
                              "protocol": "all", "ports": null },
                    "blocked": { "code": "SUBNET_ACL_RESTRICTION", "because": "the ACL denies", "remedy": "add" },
                },
            ],
        });
        assert_eq!(
            path(&told),
            "blocked: eni-1 to 203.0.113.9 (10.0.1.10:49152 to 203.0.113.9:443, tcp)\n\
             there\n\
             \x20 eni-1\n\
             \x20 sg-1 egress                          sgr-1: tcp port 443 0.0.0.0/0\n\
             \x20 nat-1                                now 10.0.0.200 to 203.0.113.9, protocol 50\n\
             back\n\
             \x20 internet\n\
             ✗ acl-1 ingress                        rule * denies all 0.0.0.0/0\n\
             \x20   SUBNET_ACL_RESTRICTION: the ACL denies\n\
             \x20   fix: add\n"
        );
    }

    #[test]
    fn an_allowed_flow_is_told_with_its_routes() {
        let packet = json!({ "source": "10.0.0.1", "destination": "10.0.0.2", "protocol": 1 });
        let told = json!({
            "from": "eni-1", "to": "eni-2", "allowed": true, "packet": packet,
            "hops": [
                {
                    "leg": "forward", "kind": "route-table", "id": "rtb-1", "packet": packet,
                    "rule": { "of": "route-table", "destination": "10.0.0.0/16", "target": "local", "active": true },
                },
                {
                    "leg": "forward", "kind": "transit-gateway-attachment", "id": "tgw-attach-1", "packet": packet,
                    "rule": {
                        "of": "transit-gateway-route-table", "table": "tgw-rtb-1", "destination": "10.0.0.0/8",
                        "is_static": true,
                    },
                },
                {
                    "leg": "return", "kind": "security-group", "id": "sg-1", "direction": "ingress",
                    "packet": packet, "rule": { "of": "tracked" },
                },
            ],
        });
        assert_eq!(
            path(&told),
            "allowed: eni-1 to eni-2 (10.0.0.1 to 10.0.0.2, icmp)\n\
             there\n\
             \x20 rtb-1                                10.0.0.0/16 to local\n\
             \x20 tgw-attach-1                         tgw-rtb-1: 10.0.0.0/8 to nowhere\n\
             back\n\
             \x20 sg-1 ingress                         known from the way there\n"
        );
    }
}
