//! What a call of RunInstances asks for, read once: after this nothing looks at the wire's form again.

use super::cards;
use super::market::{self, Market};
use super::model::{MetadataOptions, Options};
use super::standing::Standing;
use crate::capacity_reservation;
use crate::error::{Error, Launch};
use crate::launch_template::Origin;
use crate::resource::Resource;
use base::{Region, Tags};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ec2_resource::tag;
use instance_types::InstanceType;
use shapes_ec2 as ec2;
use std::collections::BTreeMap;

/// Bytes of user data at the most, before base64.
const MOST_USER_DATA: usize = 16_384;
/// The type of an instance where none is named.
const DEFAULT_TYPE: &str = "m1.small";
/// The types of resources that the call may tag.
const TAGGED: &[&str] = &["instance", "volume", "network-interface", "spot-instances-request", "elastic-gpu"];

/// What is asked for.
pub(super) struct Wish {
    pub(super) image: String,
    pub(super) instance_type: InstanceType,
    pub(super) least: usize,
    pub(super) most: usize,
    pub(super) key_name: Option<String>,
    pub(super) standing: Standing,
    /// The reservation of capacity that it is to run in.
    pub(super) reservation: Option<String>,
    /// How it is bought, where that is not on demand.
    pub(super) market: Option<Market>,
    pub(super) subnet: Option<String>,
    pub(super) groups: Vec<String>,
    pub(super) group_names: Vec<String>,
    pub(super) private_ip: Option<String>,
    /// The interfaces, primary first; one that is not described where none is asked for.
    pub(super) cards: Vec<ec2::InstanceNetworkInterfaceSpecification>,
    pub(super) volumes: Vec<ec2::BlockDeviceMapping>,
    pub(super) profile: Option<ProfileWish>,
    pub(super) user_data: Option<String>,
    pub(super) options: Options,
    /// Whether the call says how a burstable type pays; else the account does.
    pub(super) has_credits: bool,
    pub(super) metadata: MetadataWish,
    pub(super) names: Option<ec2::PrivateDnsNameOptionsRequest>,
    pub(super) kernel: Option<String>,
    pub(super) ramdisk: Option<String>,
    pub(super) tags: BTreeMap<&'static str, Tags>,
    /// The launch template, where it is from one.
    pub(super) origin: Option<Origin>,
    pub(super) client_token: Option<String>,
    /// What tells the call from another one with the same token.
    pub(super) digest: String,
}

/// Which instance profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProfileWish {
    Name(String),
    Arn(String),
}

/// What is said of the metadata service; the image and the account decide the rest.
#[derive(Clone, Debug, Default)]
pub(super) struct MetadataWish {
    pub(super) tokens: Option<String>,
    pub(super) hop_limit: Option<i32>,
    pub(super) endpoint: Option<bool>,
    pub(super) ipv6: Option<bool>,
    pub(super) tags: Option<bool>,
}

impl Wish {
    /// Reads a call, into which its launch template was merged before. `digest` is that of the call as it came.
    pub(super) fn read(
        region: &Region,
        input: ec2::RunInstancesRequest,
        digest: String,
        origin: Option<Origin>,
    ) -> Result<Self, Error> {
        refuse_unbuilt(&input)?;
        let (least, most) = counts(&input)?;
        let name = input.instance_type.clone().unwrap_or_else(|| DEFAULT_TYPE.to_owned());
        let instance_type = instance_types::by_name(&name).ok_or(Launch::NoType(name))?;
        let tags = tag::of_each(input.tag_specifications.clone(), TAGGED)?;
        let user_data = input.user_data.clone().filter(|text| !text.is_empty());
        user_data.as_deref().map_or(Ok(()), check_user_data)?;
        let options = options(&input, &instance_type)?;
        let cards = cards::read(&input, &instance_type)?;
        let market = market::read(&input, &instance_type)?;
        let reservation = target(input.capacity_reservation_specification.clone())?;
        let has_credits = input.credit_specification.as_ref().is_some_and(|own| own.cpu_credits.is_some());
        let standing = Standing::read(region, input.placement.unwrap_or_default())?;
        Ok(Self {
            image: input.image_id.filter(|id| !id.is_empty()).ok_or(Error::Missing("ImageId"))?,
            instance_type,
            least,
            most,
            key_name: input.key_name.filter(|name| !name.is_empty()),
            standing,
            reservation,
            market,
            subnet: input.subnet_id.filter(|id| !id.is_empty()),
            groups: input.security_group_ids.unwrap_or_default(),
            group_names: input.security_groups.unwrap_or_default(),
            private_ip: input.private_ip_address,
            cards,
            volumes: input.block_device_mappings.unwrap_or_default(),
            profile: profile(input.iam_instance_profile)?,
            user_data,
            options,
            has_credits,
            metadata: metadata(input.metadata_options.unwrap_or_default())?,
            names: input.private_dns_name_options,
            kernel: input.kernel_id,
            ramdisk: input.ramdisk_id,
            tags,
            origin,
            client_token: input.client_token.filter(|token| !token.is_empty()),
            digest,
        })
    }

    /// The tags of a type of resource.
    pub(super) fn tags(&self, kind: &str) -> Tags {
        self.tags.get(kind).cloned().unwrap_or_default()
    }

    /// The tags of the instances.
    pub(super) fn own_tags(&self) -> Tags {
        let mut tags = self.tags(super::model::Instance::TYPE);
        for (key, value) in self.origin.iter().flatten() {
            tags.0.insert((*key).to_owned(), value.clone());
        }
        tags
    }
}

/// What no part of angae has yet is refused by name.
fn refuse_unbuilt(input: &ec2::RunInstancesRequest) -> Result<(), Error> {
    fn some<T>(list: &Option<Vec<T>>) -> bool {
        list.as_ref().is_some_and(|list| !list.is_empty())
    }
    let placement = input.placement.as_ref();
    let unbuilt = [
        ("ElasticGpuSpecification", some(&input.elastic_gpu_specification)),
        ("ElasticInferenceAccelerators", some(&input.elastic_inference_accelerators)),
        ("LicenseSpecifications", some(&input.license_specifications)),
        ("SecondaryInterfaces", some(&input.secondary_interfaces)),
        ("Operator", input.operator.is_some()),
        (
            "Placement.HostResourceGroupArn",
            placement.is_some_and(|own| own.host_resource_group_arn.is_some()),
        ),
        ("Placement.SpreadDomain", placement.is_some_and(|own| own.spread_domain.is_some())),
    ];
    match unbuilt.into_iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Error::Parameter(format!("{name} is not built yet"))),
        None => Ok(()),
    }
}

/// The reservation of capacity that is named.
pub(super) fn target(own: Option<ec2::CapacityReservationSpecification>) -> Result<Option<String>, Error> {
    let Some(own) = own else { return Ok(None) };
    let Some(target) = own.capacity_reservation_target else { return Ok(None) };
    if target.capacity_reservation_resource_group_arn.is_some() {
        return Err(Error::Parameter("CapacityReservationResourceGroupArn is not built yet".to_owned()));
    }
    if own.capacity_reservation_preference.is_some_and(|word| word != "capacity-reservations-only") {
        return Err(Error::Combination(
            "The parameter CapacityReservationPreference cannot be used with the parameter CapacityReservationTarget"
                .to_owned(),
        ));
    }
    let id = target.capacity_reservation_id.ok_or(Error::Missing("CapacityReservationId"))?;
    capacity_reservation::target(id).map(Some)
}

fn counts(input: &ec2::RunInstancesRequest) -> Result<(usize, usize), Error> {
    let count = |value: Option<i32>, name: &'static str| {
        let value = value.ok_or(Error::Missing(name))?;
        let reason = || "It must be a positive integer.".to_owned();
        match usize::try_from(value) {
            Ok(count) if count > 0 => Ok(count),
            _ => Err(Error::Value(name, value.to_string(), reason())),
        }
    };
    let (least, most) = (count(input.min_count, "minCount")?, count(input.max_count, "maxCount")?);
    if least > most { Err(Launch::Counts.into()) } else { Ok((least, most)) }
}

/// User data as clients send it: base64 of at most 16 KiB.
pub(super) fn check_user_data(text: &str) -> Result<(), Error> {
    let packed: String = text.split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(packed).map_err(|_| Launch::BadUserData)?;
    if bytes.len() > MOST_USER_DATA { Err(Launch::LongUserData.into()) } else { Ok(()) }
}

/// Refuses a word that is none of these.
pub(crate) fn one_of(name: &'static str, word: &str, words: &[&str]) -> Result<(), Error> {
    if words.contains(&word) {
        return Ok(());
    }
    Err(Error::Value(name, word.to_owned(), format!("Valid values are {}.", words.join(", "))))
}

/// Which instance profile a call names.
pub(super) fn profile(
    input: Option<ec2::IamInstanceProfileSpecification>,
) -> Result<Option<ProfileWish>, Error> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    match input.map(|own| (given(own.arn), given(own.name))) {
        None | Some((None, None)) => Ok(None),
        Some((Some(arn), None)) => Ok(Some(ProfileWish::Arn(arn))),
        Some((None, Some(name))) => Ok(Some(ProfileWish::Name(name))),
        Some((Some(_), Some(_))) => Err(Error::Combination(
            "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'"
                .to_owned(),
        )),
    }
}

fn options(input: &ec2::RunInstancesRequest, of: &InstanceType) -> Result<Options, Error> {
    let shutdown = input.instance_initiated_shutdown_behavior.clone().unwrap_or_else(|| "stop".to_owned());
    one_of("instanceInitiatedShutdownBehavior", &shutdown, &["stop", "terminate"])?;
    let (cores, threads_per_core) = cpu(input.cpu_options.as_ref(), of)?;
    let capacity = input.capacity_reservation_specification.as_ref();
    let capacity_preference = capacity.and_then(|own| own.capacity_reservation_preference.clone());
    let capacity_preference = capacity_preference.unwrap_or_else(|| "open".to_owned());
    one_of(
        "capacityReservationPreference",
        &capacity_preference,
        &["open", "none", "capacity-reservations-only"],
    )?;
    let maintenance = input.maintenance_options.as_ref();
    let auto_recovery = maintenance.and_then(|own| own.auto_recovery.clone());
    let auto_recovery = auto_recovery.unwrap_or_else(|| "default".to_owned());
    one_of("autoRecovery", &auto_recovery, &["default", "disabled"])?;
    let weighting =
        input.network_performance_options.as_ref().and_then(|own| own.bandwidth_weighting.clone());
    let weighting = weighting.unwrap_or_else(|| "default".to_owned());
    one_of("bandwidthWeighting", &weighting, &["default", "vpc-1", "ebs-1"])?;
    let credits = input.credit_specification.as_ref().and_then(|own| own.cpu_credits.clone());
    Ok(Options {
        monitoring: input.monitoring.as_ref().and_then(|own| own.enabled) == Some(true),
        ebs_optimized: input.ebs_optimized == Some(true),
        hibernation: input.hibernation_options.as_ref().and_then(|own| own.configured) == Some(true),
        enclave: input.enclave_options.as_ref().and_then(|own| own.enabled) == Some(true),
        disable_api_termination: input.disable_api_termination == Some(true),
        disable_api_stop: input.disable_api_stop == Some(true),
        shutdown_behavior: shutdown,
        credits: self::credits(credits, of)?,
        cores,
        threads_per_core,
        amd_sev_snp: input.cpu_options.as_ref().and_then(|own| own.amd_sev_snp.clone()),
        auto_recovery,
        reboot_migration: "default".to_owned(),
        bandwidth_weighting: weighting,
        capacity_preference,
        lifecycle: super::market::is_spot(input).then(|| "spot".to_owned()),
    })
}

/// Cores and threads of each: the type's, or those that it may have instead.
pub(super) fn cpu(wish: Option<&ec2::CpuOptionsRequest>, of: &InstanceType) -> Result<(i32, i32), Error> {
    let own = (int(of.vcpus.default_cores), int(of.vcpus.default_threads_per_core));
    let Some(wish) = wish else { return Ok(own) };
    let (cores, threads) = match (wish.core_count, wish.threads_per_core) {
        (None, None) => return Ok(own),
        (cores, threads) => (cores.unwrap_or(own.0), threads.unwrap_or(own.1)),
    };
    let fits = |value: i32, of: instance_types::List<u32>| of.iter().any(|valid| int(valid) == value);
    if (cores, threads) == own
        || fits(cores, of.vcpus.valid_cores) && fits(threads, of.vcpus.valid_threads_per_core)
    {
        return Ok((cores, threads));
    }
    Err(Launch::CpuOptions(of.name.to_owned()).into())
}

fn int(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// How a burstable type pays for what it uses beyond its share.
pub(super) fn credits(wish: Option<String>, of: &InstanceType) -> Result<Option<String>, Error> {
    match (of.is_burstable, wish) {
        (true, Some(word)) => {
            one_of("cpuCredits", &word, &["standard", "unlimited"])?;
            Ok(Some(word))
        }
        (true, None) => {
            Ok(Some(if of.name.starts_with("t2.") { "standard" } else { "unlimited" }.to_owned()))
        }
        (false, Some(_)) => Err(Launch::NoCredits(of.name.to_owned()).into()),
        (false, None) => Ok(None),
    }
}

/// Reads what a call says of the metadata service.
pub(super) fn metadata(input: ec2::InstanceMetadataOptionsRequest) -> Result<MetadataWish, Error> {
    if let Some(tokens) = &input.http_tokens {
        one_of("httpTokens", tokens, &["optional", "required"])?;
    }
    if let Some(limit) = input.http_put_response_hop_limit.filter(|limit| !(1..=64).contains(limit)) {
        let reason = "It must be between 1 and 64.".to_owned();
        return Err(Error::Value("httpPutResponseHopLimit", limit.to_string(), reason));
    }
    let switch = |name: &'static str, word: Option<String>| match word {
        None => Ok(None),
        Some(word) => one_of(name, &word, &["enabled", "disabled"]).map(|()| Some(word == "enabled")),
    };
    Ok(MetadataWish {
        tokens: input.http_tokens,
        hop_limit: input.http_put_response_hop_limit,
        endpoint: switch("httpEndpoint", input.http_endpoint)?,
        ipv6: switch("httpProtocolIpv6", input.http_protocol_ipv6)?,
        tags: switch("instanceMetadataTags", input.instance_metadata_tags)?,
    })
}

impl MetadataWish {
    /// What holds, where the rest is as it was before.
    pub(super) fn over(&self, before: &MetadataOptions) -> MetadataOptions {
        MetadataOptions {
            tokens: self.tokens.clone().unwrap_or_else(|| before.tokens.clone()),
            hop_limit: self.hop_limit.unwrap_or(before.hop_limit),
            endpoint: self.endpoint.unwrap_or(before.endpoint),
            ipv6: self.ipv6.unwrap_or(before.ipv6),
            tags: self.tags.unwrap_or(before.tags),
            is_pending: true,
        }
    }
}
