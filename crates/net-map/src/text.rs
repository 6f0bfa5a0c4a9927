//! The picture of VPCs for a terminal: a tree.

use crate::map::{Map, Member, Network, Subnet};
use std::fmt::Write;

/// Draws all of them.
pub(crate) fn draw(map: &Map) -> String {
    let mut text = format!("{}\n", clean(&map.title));
    if map.networks.is_empty() {
        text.push_str("There is no VPC.\n");
    }
    for network in &map.networks {
        text.push('\n');
        one(&mut text, network);
    }
    text
}

fn line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Text of users without what would move the cursor.
fn clean(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// Name and id, or the id alone.
fn called(name: Option<&String>, id: &str) -> String {
    name.map_or_else(|| id.to_owned(), |name| format!("{} ({id})", clean(name)))
}

/// The branch of the last of several and of the others, and what stands below them.
fn branch(is_last: bool) -> (&'static str, &'static str) {
    if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") }
}

fn one(text: &mut String, network: &Network) {
    let word = if network.is_default { "default VPC" } else { "VPC" };
    let name = called(network.name.as_ref(), &network.id);
    line(text, &format!("{word} {name}  {}", network.blocks.join(" ")));
    let rest = network.zones.len() + usize::from(!network.groups.is_empty());
    for (number, own) in network.gateways.iter().enumerate() {
        let (mark, _) = branch(rest == 0 && number + 1 == network.gateways.len());
        let internet = if own.kind.is_internet() { "  ⇄ internet" } else { "" };
        let name = called(own.name.as_ref(), &own.id);
        line(text, &format!("{mark}{} {name}{internet}", own.kind.words()));
    }
    for (number, zone) in network.zones.iter().enumerate() {
        let (mark, below) = branch(number + 1 == rest);
        line(text, &format!("{mark}{}", zone.name));
        let mut subnets: Vec<&Subnet> = zone.subnets.iter().collect();
        subnets.sort_by_key(|own| own.kind);
        for (number, own) in subnets.iter().enumerate() {
            let (mark, deeper) = branch(number + 1 == subnets.len());
            subnet(text, network, own, (&format!("{below}{mark}"), &format!("{below}{deeper}")));
        }
    }
    if !network.groups.is_empty() {
        line(text, "└─ security groups");
        for (number, group) in network.groups.iter().enumerate() {
            let (mark, _) = branch(number + 1 == network.groups.len());
            let (ingress, egress) = group.rules;
            let name = clean(&group.name);
            line(text, &format!("   {mark}{name} ({})  {ingress} in, {egress} out", group.id));
        }
    }
}

fn subnet(text: &mut String, network: &Network, own: &Subnet, (first, below): (&str, &str)) {
    let routes: Vec<String> = own
        .routes
        .iter()
        .map(|route| {
            let end = if route.leads { "" } else { " (blackhole)" };
            format!("{} → {}{end}", route.destination, route.target)
        })
        .collect();
    let name = called(own.name.as_ref(), &own.id);
    line(
        text,
        &format!("{first}{:<8} {name}  {}  {}", own.kind.word(), own.blocks.join(" "), routes.join(", ")),
    );
    for (number, thing) in own.members.iter().enumerate() {
        let (mark, _) = branch(number + 1 == own.members.len());
        line(text, &format!("{below}{mark}{}", member(network, thing)));
    }
}

fn member(network: &Network, own: &Member) -> String {
    let mut text = format!("{:<9} {}", own.kind.word(), called(own.name.as_ref(), &own.id));
    let public = own.public.as_ref().map(|public| format!("⇄ {public}"));
    for more in [own.address.clone(), public, own.detail.clone(), own.state.clone()].into_iter().flatten() {
        let _never = write!(text, "  {more}");
    }
    let groups: Vec<String> =
        own.groups.iter().filter_map(|group| Some(clean(&network.groups.get(*group)?.name))).collect();
    if !groups.is_empty() {
        let _never = write!(text, "  [{}]", groups.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::map::Map;
    use crate::map::tests::network;

    #[test]
    fn a_network_is_a_tree() {
        let mut map = network(1, 2);
        map.networks[0].zones[0].subnets[1].members[1].name = Some("two\u{1b}[2J".to_owned());
        assert_eq!(
            draw(&map),
            "Networks of 000000000000 in us-east-1\n\
             \n\
             VPC shop (vpc-00000000000000001)  10.0.0.0/16\n\
             ├─ internet gateway igw-00000000000000001  ⇄ internet\n\
             ├─ peering pcx-00000000000000001\n\
             ├─ us-east-1a\n\
             │  ├─ public   public-0 (subnet-00000000000000000)  10.0.0.0/24  0.0.0.0/0 → igw-00000000000000001\n\
             │  │  └─ nat       nat-00000000000000000  10.0.0.5  ⇄ 198.18.0.7\n\
             │  ├─ private  private-1 (subnet-00000000000000001)  10.0.1.0/24  0.0.0.0/0 → nat-00000000000000000\n\
             │  │  ├─ instance  web <0> & co (i-00000000000000000)  10.0.0.0  t3.micro  [web, default]\n\
             │  │  └─ instance  two [2J (i-00000000000000001)  10.0.0.1  t3.micro  [web, default]\n\
             │  └─ isolated isolated-2 (subnet-00000000000000002)  10.0.2.0/24\n\
             └─ security groups\n\
             \x20  ├─ web (sg-web)  2 in, 1 out\n\
             \x20  └─ default (sg-default)  2 in, 1 out\n"
        );
    }

    #[test]
    fn nothing_is_said() {
        assert_eq!(
            draw(&Map { title: "Networks".to_owned(), networks: Vec::new() }),
            "Networks\nThere is no VPC.\n"
        );
    }
}
