//! The document by which a customer's device is set up: elements and order as AWS writes them, which clients read.
//! The proposals in it are the same whatever was chosen for the tunnels, as with AWS.

use super::model::{End, VpnConnection};
use super::tunnel::Tunnel;
use crate::customer_gateway::CustomerGateway;
use crate::resource;
use crate::transit_gateway::TransitGateway;
use crate::vpn_gateway::{IPSEC, VpnGateway};
use std::fmt::Write;
use store::View;

/// What the ends are called by.
struct Ends {
    customer: String,
    customer_asn: i64,
    amazon_asn: i64,
    is_static: bool,
}

/// The document of a connection, while its ends are there.
pub(super) fn of(view: &View, own: &VpnConnection) -> Option<String> {
    let key = |id: &str| resource::key(&own.scope, id);
    let customer = view.get::<CustomerGateway>(&key(own.customer_gateway.as_str()))?;
    let (amazon_asn, gateway) = match &own.end {
        End::VpnGateway(id) => (view.get::<VpnGateway>(&key(id.as_str()))?.asn, id.as_str()),
        End::TransitGateway(id, _) => (TransitGateway::of_region(view, &own.scope, id)?.asn, ""),
    };
    let ends = Ends {
        customer: customer.address.map(|address| address.to_string()).unwrap_or_default(),
        customer_asn: customer.asn,
        amazon_asn,
        is_static: own.is_static,
    };
    let mut page = Page { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(), depth: 0 };
    page.line(&format!("<vpn_connection id=\"{}\">", own.id));
    page.depth += 1;
    page.leaf("customer_gateway_id", own.customer_gateway.as_str());
    page.leaf("vpn_gateway_id", gateway);
    page.leaf("vpn_connection_type", IPSEC);
    if own.is_static {
        page.leaf("vpn_connection_attributes", "NoBGPVPNConnection");
    }
    for tunnel in &own.tunnels {
        page.tunnel(tunnel, &ends);
    }
    page.depth -= 1;
    page.line("</vpn_connection>");
    Some(page.text.trim_end().to_owned())
}

/// Text with indented elements.
struct Page {
    text: String,
    depth: usize,
}

impl Page {
    fn line(&mut self, text: &str) {
        // Nothing fails that writes to a string.
        let _infallible = writeln!(self.text, "{:width$}{text}", "", width = self.depth * 2);
    }

    fn leaf(&mut self, name: &str, text: &str) {
        if text.is_empty() {
            self.line(&format!("<{name}/>"));
        } else {
            self.line(&format!("<{name}>{text}</{name}>"));
        }
    }

    fn node(&mut self, name: &str, within: impl FnOnce(&mut Self)) {
        self.line(&format!("<{name}>"));
        self.depth += 1;
        within(self);
        self.depth -= 1;
        self.line(&format!("</{name}>"));
    }

    fn tunnel(&mut self, tunnel: &Tunnel, ends: &Ends) {
        let text =
            |address: Option<std::net::Ipv4Addr>| address.map(|own| own.to_string()).unwrap_or_default();
        let (customer, amazon) = (text(tunnel.customer_inside()), text(tunnel.amazon_inside()));
        self.node("ipsec_tunnel", |page| {
            let asn = |number: i64| Some(number).filter(|_| !ends.is_static);
            page.end("customer_gateway", &ends.customer, &customer, asn(ends.customer_asn));
            page.end("vpn_gateway", &tunnel.outside.to_string(), &amazon, asn(ends.amazon_asn));
            page.node("ike", |page| {
                page.leaf("authentication_protocol", "sha1");
                page.leaf("encryption_protocol", "aes-128-cbc");
                page.leaf("lifetime", "28800");
                page.leaf("perfect_forward_secrecy", "group2");
                page.leaf("mode", "main");
                page.leaf("pre_shared_key", &tunnel.key);
            });
            page.node("ipsec", |page| {
                page.leaf("protocol", "esp");
                page.leaf("authentication_protocol", "hmac-sha1-96");
                page.leaf("encryption_protocol", "aes-128-cbc");
                page.leaf("lifetime", "3600");
                page.leaf("perfect_forward_secrecy", "group2");
                page.leaf("mode", "tunnel");
                page.leaf("clear_df_bit", "true");
                page.leaf("fragmentation_before_encryption", "true");
                page.leaf("tcp_mss_adjustment", "1379");
                page.node("dead_peer_detection", |page| {
                    page.leaf("interval", "10");
                    page.leaf("retries", "3");
                });
            });
        });
    }

    fn end(&mut self, name: &str, outside: &str, inside: &str, asn: Option<i64>) {
        self.node(name, |page| {
            page.node("tunnel_outside_address", |page| page.leaf("ip_address", outside));
            page.node("tunnel_inside_address", |page| {
                page.leaf("ip_address", inside);
                page.leaf("network_mask", "255.255.255.252");
                page.leaf("network_cidr", "30");
            });
            if let Some(asn) = asn {
                page.node("bgp", |page| {
                    page.leaf("asn", &asn.to_string());
                    page.leaf("hold_time", "30");
                });
            }
        });
    }
}
