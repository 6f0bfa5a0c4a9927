//! Exported state, either form: any bytes are taken in or refused as a whole, and what was taken in exports to itself.
//!
//! A seed of the form with bytes would rarely survive a mutation: where the last line is there, the digest it holds is
//! put right before the file is read.
#![no_main]

use archive::{ImportError, Snapshot};
use base::{Clock, Ids, Pace};
use blob::Blobs;
use libfuzzer_sys::fuzz_target;
use ports::{
    BodyStream, Carrying, Courier, Cx, Denial, Denials, Fetch, FetchError, Fetching, IamMode, IamSwitch,
    Issuers, Judged, Naming, Registry, World,
};
use sha2::{Digest, Sha256};
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};
use store::{Store, WriteCall};

fuzz_target!(|file: &[u8]| {
    let (world, naming) = empty();
    let before = export(&world, &naming);
    let bytes = || {
        let usage = world.blobs.usage();
        (usage.live_bytes, usage.file_bytes)
    };
    match take_in(&world, &naming, &put_right(file)) {
        Ok(()) => {}
        Err(ImportError::Format(_)) => {
            assert_eq!(export(&world, &naming), before, "a refused file left something");
            assert_eq!(bytes(), (0, 0), "a refused file left bytes");
            return;
        }
        Err(_) => return,
    }
    // What the byte store asks of the rows at every start.
    let view = world.store.view();
    s3::kept(&view).for_each(drop);
    let exported = export(&world, &naming);
    // In its own place and in its own place again: the bytes of the one before go.
    let held = bytes();
    take_in(&world, &naming, &exported).expect("our own export is taken in");
    assert_eq!(export(&world, &naming), exported);
    assert_eq!(bytes(), held, "the bytes of what was replaced are gone");
    let call = WriteCall { now: world.clock.now(), pace: world.pace };
    let (before, _durable) = world.store.reset(&call, None).expect("memory does not fail");
    s3::release_all(&before, &world.blobs).expect("memory does not fail");
    assert_eq!(bytes(), (0, 0), "every byte is named by a row");
});

/// The file with the digest of its lines in its last one, where it has one.
fn put_right(file: &[u8]) -> Vec<u8> {
    let mut lines = Sha256::new();
    let mut rest = file;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\n') {
        let line = &rest[..=at];
        if line.starts_with(b"{\"end\":") {
            let text = String::from_utf8_lossy(line).into_owned();
            let Some(place) = text.find("\"sha256\":\"") else { break };
            let digest: String = lines.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            let kept = &file[..file.len() - rest.len()];
            return [kept, text[..place + 10].as_bytes(), digest.as_bytes(), b"\"}}\n"].concat();
        }
        lines.update(line);
        rest = &rest[at + 1..];
        let length = line.starts_with(b"{\"blob\":\"f").then(|| {
            let text = String::from_utf8_lossy(line).into_owned();
            text.split('.').nth(1).and_then(|length| usize::from_str_radix(length, 16).ok())
        });
        if let Some(Some(length)) = length {
            rest = rest.get(length.saturating_add(1)..).unwrap_or_default();
        }
    }
    file.to_vec()
}

fn take_in(world: &Arc<World>, naming: &Naming, file: &[u8]) -> Result<(), ImportError> {
    let mut stream: BodyStream<std::io::Error> = Box::pin(Whole(Some(file.to_vec())));
    RUNTIME.block_on(archive::import(world, naming, &mut stream)).map(|_summary| ())
}

fn export(world: &Arc<World>, naming: &Naming) -> Vec<u8> {
    let mut file = Vec::new();
    let snapshot = Snapshot::take(world).expect("a store in memory can be read");
    snapshot.write(naming, &mut file).expect("what was taken in can be read");
    file
}

static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().build().expect("a runtime needs nothing"));

/// One for all inputs: each leaves it empty.
static BLOBS: LazyLock<(Blobs, tempfile::TempDir)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("the temporary folder can be written");
    let options = blob::Options::new(folder.path()).sync(blob::Sync::None).limits(4096, 64 * 1024);
    (Blobs::open(options).expect("an empty folder opens").0, folder)
});

/// All of a file in one piece.
struct Whole(Option<Vec<u8>>);

impl futures_core::Stream for Whole {
    type Item = Result<bytes::Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(bytes.into())))
    }
}

/// No destination has a place; nothing is delivered while a state is imported.
struct NoPlaces;

impl Courier for NoPlaces {
    fn serves(&self, _: &str) -> bool {
        false
    }

    fn carry(&self, destination: &str, _: String) -> Carrying {
        let sentence = format!("{destination} has no place");
        Box::pin(async { Err(sentence.into()) })
    }
}

/// No issuer is asked while a state is imported.
struct Nowhere;

impl Fetch for Nowhere {
    fn fetch(&self, url: String, _: Vec<String>) -> Fetching {
        Box::pin(async move { Err(FetchError::Unreachable(url.into())) })
    }
}

/// And none is denied.
impl Denials for Nowhere {
    fn denial(&self, _: &Cx, _: &str) -> Option<Arc<Denial>> {
        None
    }

    fn judged(&self, _: &Cx, _: &Judged<'_>) -> Option<String> {
        None
    }
}

/// A world in memory with the tables of every service.
fn empty() -> (Arc<World>, Naming) {
    let mut registry = Registry::default();
    let organizations = organizations::install(&mut registry, iam::account_roles());
    let nowhere = Arc::new(Nowhere);
    let beside = iam::Neighbours {
        fetch: nowhere.clone(),
        denials: nowhere,
        organizations: organizations.clone(),
        certificate_uses: elb::certificate_uses(),
    };
    let iam = iam::install(&mut registry, Issuers::default(), beside);
    let beside = compute::Neighbours {
        networks: vpc::networks(),
        volumes: ebs::volumes(),
        snapshots: ebs::snapshots(),
        holders: vec![vpc::holders(), ebs::holders()],
    };
    let compute = compute::install(&mut registry, beside, iam.clone(), organizations);
    instance_metadata::install(&mut registry, compute, vpc::subnet_facts(), iam.clone(), iam.clone());
    ebs::install(&mut registry, compute::instances(), compute::images());
    let s3 = s3::install(&mut registry, iam.clone(), iam.clone(), Arc::new(NoPlaces));
    elb::install(
        &mut registry,
        elb::Neighbours {
            networks: vpc::service_networks(),
            interfaces: vpc::service_interfaces(),
            zones: vpc::address_zones(),
            groups: vpc::service_groups(),
            endpoint_services: vpc::endpoint_services(),
            cards: vpc::networks(),
            instances: compute::instances(),
            certificates: iam::server_certificates(),
            buckets: s3.log_buckets.clone(),
            objects: s3.objects.clone(),
            roles: iam.clone(),
        },
    );
    let of_files = efs::Neighbours {
        networks: vpc::service_networks(),
        interfaces: vpc::service_interfaces(),
        principals: iam.clone(),
        roles: iam.clone(),
        callers: iam.clone(),
    };
    efs::install(&mut registry, of_files);
    let of_clusters = eks::Neighbours {
        networks: vpc::service_networks(),
        interfaces: vpc::service_interfaces(),
        groups: vpc::service_groups(),
        roles: iam,
    };
    eks::install(&mut registry, &Issuers::default(), of_clusters);
    let (networks, interfaces) = (vpc::service_networks(), vpc::service_interfaces());
    route53::install(
        &mut registry,
        networks,
        interfaces,
        Arc::new(ports::NoHealthProbes),
        s3.objects.clone(),
    );
    let kinds = vec![compute::KINDS, ebs::KINDS];
    vpc::install_with(&mut registry, compute::instances(), elb::load_balancers(), kinds, s3.log_buckets);
    let world = World {
        name: "fuzz".to_owned(),
        operations: ports::Operations::default(),
        store: Store::memory(std::mem::take(&mut registry.tables), [7; 32]),
        blobs: BLOBS.0.clone(),
        clock: Clock::stepped(base::Timestamp::from_millis(0)),
        ids: Ids::seeded(1, "fuzz"),
        pace: Pace::Immediate,
        iam: IamSwitch::new(IamMode::Off),
    };
    (Arc::new(world), registry.naming)
}
