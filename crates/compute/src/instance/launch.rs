//! `RunInstances`: all of one call come about together, or none does.

use super::birth::{Birth, Site, volumes};
use super::market::Market;
use super::model::{Image, Instance, KeyLine, MetadataOptions, Names, Options, Placement, PlacementGroup};
use super::wish::{ProfileWish, Wish};
use super::{options, page, permission};
use crate::Compute;
use crate::account::{Account, MetadataDefaults};
use crate::error::{Attach, Capacity, Error, Launch};
use crate::id::ReservationId;
use crate::image::{self, Machine, Viewer};
use crate::key_pair::KeyPair;
use crate::launch_template::Origin;
use crate::price::Price;
use crate::resource::{self, Resource};
use crate::shared::Shared;
use crate::{launch_template, placement_group, token};
use base::{Arn, Zone};
use ec2_resource::neighbour::{Place, PlaceWish};
use ports::{Asked, Cx};
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Claim, Repeatable, Tx};

/// `RunInstances`: the same client token gives the same instances.
pub(crate) fn run(
    cx: &Cx,
    svc: &Compute,
    input: ec2::RunInstancesRequest,
) -> Result<ec2::Reservation, Error> {
    let (input, tags) = if cx.service().is_some() { reserved(input) } else { (input, Vec::new()) };
    let order = order(cx, svc, input, Behalf { tags, ..Behalf::default() })?;
    if order.market().is_some_and(|own| own.is_persistent && own.interruption == "terminate") {
        return Err(Capacity::PersistentEnds.into());
    }
    let rows = cx.write(|tx| once(cx, tx, &order.wish, |tx| carry_out(cx, svc, tx, &order)))?;
    Ok(cx.read(|view| {
        let instances = rows.iter().map(|own| newborn(super::answer::shape(&svc.neighbours, view, own)));
        page::reservation(&rows, Some(instances.collect()))
    }))
}

/// Takes the tags that are kept for AWS out of a call: its services may set them.
fn reserved(mut input: ec2::RunInstancesRequest) -> (ec2::RunInstancesRequest, Vec<(String, String)>) {
    let mut taken = Vec::new();
    for specification in input.tag_specifications.iter_mut().flatten() {
        let is_own = specification.resource_type.as_deref() == Some(Instance::TYPE);
        for tags in specification.tags.iter_mut().filter(|_| is_own) {
            let is_reserved =
                |tag: &mut ec2::Tag| tag.key.as_ref().is_some_and(|key| key.starts_with("aws:"));
            let own = tags.extract_if(.., is_reserved);
            taken.extend(own.map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default())));
        }
    }
    (input, taken)
}

/// On whose behalf instances are made, where that is not the caller's own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Behalf {
    /// The fleet they are of: the tag that tells so, and its id.
    pub(crate) fleet: Option<(&'static str, String)>,
    /// The Spot request that is fulfilled; a new one is made for each instance where there is none.
    pub(crate) request: Option<String>,
    /// Tags that are kept for AWS, of services that set them.
    pub(crate) tags: Vec<(String, String)>,
}

/// A launch that was read: what is left to be looked at stands in the state.
pub(crate) struct Order {
    pub(super) wish: Wish,
    pub(super) profile: Option<ports::InstanceProfile>,
    pub(super) behalf: Behalf,
    /// Who looks at its image.
    viewer: Viewer,
}

impl Order {
    /// How the instances are bought, where that is not on demand.
    pub(crate) fn market(&self) -> Option<&Market> {
        self.wish.market.as_ref()
    }

    /// Their type.
    pub(crate) fn instance_type(&self) -> &'static str {
        self.wish.instance_type.name
    }
}

/// Reads a launch, with the launch template that it names.
pub(crate) fn order(
    cx: &Cx,
    svc: &Compute,
    input: ec2::RunInstancesRequest,
    behalf: Behalf,
) -> Result<Order, Error> {
    let digest = token::digest(&input);
    let said = input.launch_template.is_some().then(|| permission::said(&input));
    let (input, origin) = cx.read(|view| launch_template::merged(view, cx.scope(), input))?;
    if let Some(said) = said {
        permission::ask(cx, &input, origin.as_ref(), &said)?;
    }
    order_of(cx, svc, (input, origin), digest, behalf)
}

/// Reads a launch into which its launch template was merged before.
pub(crate) fn order_of(
    cx: &Cx,
    svc: &Compute,
    (input, origin): (ec2::RunInstancesRequest, Option<Origin>),
    digest: String,
    behalf: Behalf,
) -> Result<Order, Error> {
    let wish = Wish::read(cx.region(), input, digest, origin)?;
    let profile = wish.profile.as_ref().map(|wish| find_profile(cx, svc, wish)).transpose()?;
    Ok(Order { wish, profile, behalf, viewer: image::viewer(cx, svc) })
}

/// As the call answers it: what is attached to it, and the public address that it is lent, are told by the next Describe.
fn newborn(mut own: ec2::Instance) -> ec2::Instance {
    for card in own.network_interfaces.iter_mut().flatten() {
        card.association = None;
        for address in card.private_ip_addresses.iter_mut().flatten() {
            address.association = None;
        }
        if let Some(attachment) = &mut card.attachment {
            attachment.status = Some("attaching".to_owned());
        }
    }
    ec2::Instance {
        public_dns_name: Some(String::new()),
        public_ip_address: None,
        block_device_mappings: Some(Vec::new()),
        ..own
    }
}

/// Makes the instances of a call, or finds those that its token made before.
fn once(
    cx: &Cx,
    tx: &mut Tx,
    wish: &Wish,
    make: impl FnOnce(&mut Tx) -> Result<Vec<Arc<Instance>>, Error>,
) -> Result<Vec<Arc<Instance>>, Error> {
    let Some(token) = wish.client_token.as_deref() else { return make(tx) };
    let scope = cx.scope().to_string();
    let call = Repeatable {
        service: "compute",
        operation: "RunInstances",
        scope: &scope,
        token,
        digest: &wish.digest,
    };
    if let Claim::Replay(reservation) = tx.claim(&call)? {
        let key = resource::key(cx.scope(), &reservation);
        let mut rows: Vec<Arc<Instance>> = tx.by(&Instance::RESERVATION, &key).cloned().collect();
        if rows.iter().all(|own| own.is_gone()) {
            return Err(Launch::TokenEnded.into());
        }
        rows.sort_by_key(|own| own.launch_index);
        return Ok(rows);
    }
    let rows = make(tx)?;
    if let Some(first) = rows.first() {
        tx.remember(&call, first.reservation.as_str());
    }
    Ok(rows)
}

/// The instance profile of a name or an ARN of the caller's account. Who gives an instance a role has to be allowed to pass it:
/// IAM User Guide, "Granting a user permissions to pass a role to an AWS service".
pub(super) fn find_profile(
    cx: &Cx,
    svc: &Compute,
    wish: &ProfileWish,
) -> Result<ports::InstanceProfile, Error> {
    let named = |name: &str| cx.read(|view| svc.profiles.named(view, cx.partition(), cx.account(), name));
    let found = match wish {
        ProfileWish::Name(name) => named(name).ok_or_else(|| Launch::NoProfileName(name.clone()))?,
        ProfileWish::Arn(text) => {
            let name =
                text.parse::<Arn>().ok().and_then(|arn| Some(arn.resource.rsplit_once('/')?.1.to_owned()));
            let found = name.and_then(|name| named(&name)).filter(|own| own.arn == *text);
            found.ok_or_else(|| Launch::NoProfileArn(text.clone()))?
        }
    };
    if let Some(role) = &found.role {
        // A machine that is to be made has no id yet.
        let machine = ec2_resource::resource::arn(cx.scope(), "instance", "*");
        let context = vec![
            ("iam:PassedToService", vec!["ec2.amazonaws.com".to_owned()]),
            ("iam:AssociatedResourceArn", vec![machine]),
        ];
        let asked = Asked { context, ..Asked::new("iam:PassRole", role) };
        cx.decide(&asked).map_err(Error::Denied)?;
    }
    Ok(found)
}

/// Looks where the instances of a launch are to stand, and from what they are made.
fn site(cx: &Cx, svc: &Compute, tx: &mut Tx, order: &Order) -> Result<Site, Error> {
    let wish = &order.wish;
    let machine = image::machine(tx, &order.viewer, &wish.image, cx.now())?;
    let (options, metadata) = set_by_account(&Account::of(tx, cx.scope()), wish, &machine)?;
    let key = wish.key_name.as_ref().map(|name| {
        let found = KeyPair::of_name(tx, cx.scope(), name);
        found.map(|key| key.public_key()).ok_or_else(|| Launch::NoKeyPair(name.clone()))
    });
    let key = key.transpose()?;
    let standing = &wish.standing;
    let group = standing.group(tx, cx.scope())?;
    require_architecture(wish, &machine)?;
    let bound = group.as_ref().and_then(|group| placement_group::bound_to(tx, group));
    let place = svc.neighbours.networks.place(cx, tx, &place_wish(cx, wish, bound))?;
    if let Some(group) = &group {
        placement_group::require_zone(tx, group, &place.zone)?;
    }
    require_offer(cx, wish, &place)?;
    let volumes = volumes(wish, &machine)?;
    Ok(Site {
        is_windows: machine.is_windows(),
        key: key.map(|line| Shared::new(KeyLine(line))),
        image: Shared::new(Image {
            kernel: wish.kernel.clone().or(machine.image.kernel),
            ramdisk: wish.ramdisk.clone().or(machine.image.ramdisk),
            ..machine.image
        }),
        placement: Shared::new(Placement {
            tenancy: standing.tenancy.clone(),
            group: group.map(|own| PlacementGroup { id: own.id.to_string(), name: own.name.clone() }),
            partition: standing.partition,
            affinity: standing.affinity.clone(),
            host: standing.host.clone(),
        }),
        options: Shared::new(options),
        metadata: Shared::new(metadata),
        names: Shared::new(names(wish, &place)),
        place,
        volumes,
    })
}

/// What is switched on, and what holds of the metadata service, where the account decides what the call does not say.
fn set_by_account(
    account: &Account,
    wish: &Wish,
    machine: &Machine,
) -> Result<(Options, MetadataOptions), Error> {
    let metadata = wish.metadata.over(&metadata_of(machine, &account.metadata));
    if account.metadata.enforces_tokens == Some(true) && metadata.tokens != "required" {
        return Err(Launch::TokensEnforced.into());
    }
    let mut options = wish.options.clone();
    if let Some(word) =
        options::family_credits(account, wish.instance_type.name).filter(|_| !wish.has_credits)
    {
        options.credits = options.credits.map(|_| word.clone());
    }
    Ok((options, metadata))
}

/// Looks whether a launch could be carried out, as far as that is known before; answers whether Windows would run.
pub(crate) fn check(cx: &Cx, svc: &Compute, tx: &mut Tx, order: &Order) -> Result<bool, Error> {
    Ok(site(cx, svc, tx, order)?.is_windows)
}

/// Makes the instances of a launch: as many as there is room for, and at least the fewest.
pub(crate) fn carry_out(
    cx: &Cx,
    svc: &Compute,
    tx: &mut Tx,
    order: &Order,
) -> Result<Vec<Arc<Instance>>, Error> {
    let wish = &order.wish;
    let site = site(cx, svc, tx, order)?;
    if let Some(most) = wish.market.as_ref().and_then(|own| Price::parse(own.max_price.as_deref()?)) {
        let price = Price::spot(&wish.instance_type, site.is_windows);
        if most < price {
            return Err(Capacity::PriceTooLow(most.to_string(), price.to_string()).into());
        }
    }
    let birth = Birth { cx, svc, order, wish, site: &site };
    let reservation = ReservationId::new(cx.ids());
    let mut rows = Vec::new();
    for index in 0..wish.most {
        match birth.make(tx, &reservation, i32::try_from(index).unwrap_or(i32::MAX)) {
            Ok(instance) => rows.push(Arc::new(instance)),
            // As many as there is room for, where that is enough.
            Err(Error::Attach(Attach::NoRoom(_))) if rows.len() >= wish.least => break,
            Err(error) => return Err(error),
        }
    }
    image::note_launch(tx, &order.viewer, &wish.image, cx.now());
    Ok(rows)
}

fn require_architecture(wish: &Wish, machine: &Machine) -> Result<(), Launch> {
    let own: Vec<&str> = wish.instance_type.processor.architectures.iter().collect();
    if own.contains(&&*machine.image.architecture) {
        return Ok(());
    }
    Err(Launch::Architecture(own.join(", "), machine.image.architecture.clone()))
}

/// Where no place is named it is that of the placement group, else a zone that offers the type.
fn place_wish(cx: &Cx, wish: &Wish, bound: Option<Zone>) -> PlaceWish {
    let primary = wish.cards.first();
    let subnet = wish.subnet.clone().or_else(|| primary.and_then(|card| card.subnet_id.clone()));
    let interface = primary.and_then(|card| card.network_interface_id.clone());
    let bound = bound.filter(|_| subnet.is_none() && interface.is_none()).map(|zone| zone.name);
    let offering = instance_types::zones(wish.instance_type.name, cx.region());
    PlaceWish {
        subnet,
        interface,
        zone: wish.standing.zone.clone().or(bound),
        zones: offering.into_iter().map(|zone| zone.name).collect(),
        groups: wish.groups.clone(),
        group_names: wish.group_names.clone(),
    }
}

fn require_offer(cx: &Cx, wish: &Wish, place: &Place) -> Result<(), Launch> {
    let zones = instance_types::zones(wish.instance_type.name, cx.region());
    if zones.contains(&place.zone) {
        return Ok(());
    }
    let zones = zones.into_iter().map(|zone| zone.name).collect();
    Err(Launch::NotOffered(wish.instance_type.name.to_owned(), place.zone.name.clone(), zones))
}

/// What holds of the metadata service where a call says nothing: what the account has set, else what the image wants.
fn metadata_of(machine: &Machine, account: &MetadataDefaults) -> MetadataOptions {
    let (tokens, hop_limit) = if machine.wants_tokens { ("required", 2) } else { ("optional", 1) };
    MetadataOptions {
        tokens: account.tokens.as_deref().unwrap_or(tokens).to_owned(),
        hop_limit: account.hop_limit.unwrap_or(hop_limit),
        endpoint: account.endpoint.unwrap_or(true),
        ipv6: false,
        tags: account.tags.unwrap_or(false),
        is_pending: true,
    }
}

fn names(wish: &Wish, place: &Place) -> Names {
    let own = wish.names.clone().unwrap_or_default();
    let of_subnet = if place.names_by_id { "resource-name" } else { "ip-name" };
    Names {
        hostname_type: own.hostname_type.unwrap_or_else(|| of_subnet.to_owned()),
        a_record: own.enable_resource_name_dns_a_record.unwrap_or(place.names_by_a),
        aaaa_record: own.enable_resource_name_dns_aaaa_record.unwrap_or(place.names_by_aaaa),
    }
}
