//! The wiring: every service, every API, the worlds, and what serves them.

use crate::authorize::{Gatekeeper, Records};
use crate::courier::Places;
use crate::failure::Failure;
use crate::fetch::{Found as FoundIssuers, Https};
use crate::instances::Places as InstancePlaces;
use crate::keys::Keys;
use crate::metrics::Metrics;
use crate::settings::{BootstrapKey, ClockSetting, Durability, Settings};
use crate::worlds::{Worlds, main_world};
use apis::APIS;
use base::{Clock, Ids};
use instance_metadata::InstanceMetadata;
use ports::{
    AccessLog, Browsers, Credentials, EndpointPolicies, Flows, HandedOut, Issuers, Loop, NetworkMaps, Next,
    Pipeline, Registry, Resources, StepError, World,
};
use rustls::ServerConfig;
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use store::{Opened, Store};
use tokio::sync::watch;
use tokio::task::JoinSet;
use wire::route::{Hosts, Router};

/// Everything one process consists of.
pub(crate) struct House {
    pub(crate) settings: Settings,
    pub(crate) registry: Registry,
    pub(crate) router: Router,
    pub(crate) credentials: Arc<dyn Credentials>,
    pub(crate) browsers: Arc<dyn Browsers>,
    /// Who knows what services handed out.
    pub(crate) handed_out: Arc<dyn HandedOut>,
    pub(crate) access_log: Arc<dyn AccessLog>,
    /// Who issues web identity tokens in the process.
    pub(crate) issuers: Issuers,
    /// Who decides what policies allow.
    pub(crate) gatekeeper: Arc<Gatekeeper>,
    /// Who judges flows between ends of a network.
    pub(crate) flows: Arc<dyn Flows>,
    /// Who knows the VPC endpoints that requests come through.
    pub(crate) endpoints: Arc<dyn EndpointPolicies>,
    /// Who draws networks.
    pub(crate) maps: Arc<dyn NetworkMaps>,
    /// What instances are told of themselves.
    pub(crate) instance_metadata: Arc<InstanceMetadata>,
    /// The addresses that instances are reached by.
    pub(crate) instances: InstancePlaces,
    pub(crate) worlds: Worlds,
    pub(crate) metrics: Metrics,
    pub(crate) tls: Option<Arc<ServerConfig>>,
    pub(crate) tasks: Tasks,
    /// Derived signing keys.
    pub(crate) signing_keys: wire::sign::KeyCache,
}

/// The tasks of the process: each has this owner, which stops it.
#[derive(Default)]
pub(crate) struct Tasks(Mutex<JoinSet<()>>);

impl Tasks {
    /// Starts a task that ends by itself when it is told to stop.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    /// Waits for all of them.
    pub(crate) async fn join(&self) {
        let mut tasks = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        while tasks.join_next().await.is_some() {}
    }
}

/// What of an API is answered.
#[derive(Serialize)]
pub(crate) struct Coverage {
    pub(crate) api: &'static str,
    pub(crate) answered: Vec<&'static str>,
    pub(crate) not_implemented: Vec<&'static str>,
}

/// What was found when the state was opened.
pub(crate) struct Found {
    pub(crate) opened: Option<Opened>,
    pub(crate) blobs: blob::Recovery,
}

/// The services and what the gateway asks of them.
pub(crate) struct Services {
    pub(crate) registry: Registry,
    pub(crate) flows: Arc<dyn Flows>,
    pub(crate) credentials: Arc<dyn Credentials>,
    pub(crate) browsers: Arc<dyn Browsers>,
    /// Who knows what services handed out.
    pub(crate) handed_out: Arc<dyn HandedOut>,
    pub(crate) access_log: Arc<dyn AccessLog>,
    pub(crate) issuers: Issuers,
    pub(crate) gatekeeper: Arc<Gatekeeper>,
    pub(crate) instance_metadata: Arc<InstanceMetadata>,
    pub(crate) maps: Arc<dyn NetworkMaps>,
}

/// Wires the services.
pub(crate) fn services(
    places: Places,
    found: FoundIssuers,
    bootstrap: Option<BootstrapKey>,
    block_pages: ebs::BlockPages,
) -> Result<Services, Failure> {
    let mut registry = Registry::default();
    let issuers = Issuers::default();
    let organizations = organizations::install(&mut registry, iam::account_roles());
    let fetch = Arc::new(Https::new(found));
    let records = Arc::new(Records::default());
    let beside = iam::Neighbours {
        fetch,
        denials: records.clone(),
        organizations: organizations.clone(),
        certificate_uses: elb::certificate_uses(),
    };
    let iam = iam::install(&mut registry, issuers.clone(), beside);
    let beside = compute::Neighbours {
        networks: vpc::networks(),
        volumes: ebs::volumes(),
        snapshots: ebs::snapshots(),
        holders: vec![vpc::holders(), ebs::holders()],
    };
    let compute = compute::install(&mut registry, beside, iam.clone(), organizations.clone());
    let maps = vpc::maps(compute.clone());
    let instance_metadata =
        instance_metadata::install(&mut registry, compute, vpc::subnet_facts(), iam.clone(), iam.clone());
    ebs::install_with(&mut registry, compute::instances(), compute::images(), block_pages);
    let credentials: Arc<dyn Credentials> = Arc::new(Keys { issued: iam.clone(), bootstrap });
    let s3 = s3::install(&mut registry, credentials.clone(), iam.clone(), Arc::new(places));
    let placed = in_networks(&mut registry, &iam, &s3, &issuers);
    let kinds = vec![compute::KINDS, ebs::KINDS];
    let flows =
        vpc::install_with(&mut registry, compute::instances(), elb::load_balancers(), kinds, s3.log_buckets);
    let mut resources: Vec<Arc<dyn Resources>> = vec![
        s3.resources,
        vpc::resources(),
        compute::resources(),
        ebs::resources(),
        iam.clone(),
        organizations.clone(),
    ];
    resources.extend(placed);
    match registry.conflicts() {
        [] => Ok(Services {
            gatekeeper: Arc::new(Gatekeeper::new(iam, resources, organizations, records)),
            registry,
            credentials,
            browsers: s3.browsers,
            handed_out: elb::handed_out(),
            flows,
            access_log: s3.access_log,
            issuers,
            instance_metadata,
            maps,
        }),
        twice => Err(Failure::new(format!("two services claim {}", twice.join(", ")))),
    }
}

/// Wires the services that stand in networks; the answer is what decisions ask of their resources.
fn in_networks(
    registry: &mut Registry,
    iam: &Arc<iam::Iam>,
    s3: &s3::Installed,
    issuers: &Issuers,
) -> [Arc<dyn Resources>; 4] {
    let load_balancers = elb::install(
        registry,
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
    let efs = efs::install(registry, of_files);
    let of_clusters = eks::Neighbours {
        networks: vpc::service_networks(),
        interfaces: vpc::service_interfaces(),
        groups: vpc::service_groups(),
        roles: iam.clone(),
    };
    let eks = eks::install(registry, issuers, of_clusters);
    let (networks, interfaces) = (vpc::service_networks(), vpc::service_interfaces());
    let probes = Arc::new(ports::NoHealthProbes);
    let route53 = route53::install(registry, networks, interfaces, probes, s3.objects.clone());
    [load_balancers, efs, eks, route53]
}

/// What is answered and what is not, by API.
pub(crate) fn coverage(registry: &Registry) -> Vec<Coverage> {
    APIS.iter()
        .map(|api| {
            let (answered, not_implemented) =
                api.operations.iter().partition(|operation| registry.handler(operation).is_some());
            let names = |list: Vec<&&'static shape::OperationMeta>| list.iter().map(|o| o.name).collect();
            Coverage { api: api.id, answered: names(answered), not_implemented: names(not_implemented) }
        })
        .collect()
}

impl House {
    /// Opens the state and wires everything. `port` is the one already bound for `main`.
    pub(crate) fn open(
        settings: Settings,
        folder: &std::path::Path,
        port: u16,
    ) -> Result<(Self, Found), Failure> {
        let Services {
            mut registry,
            flows,
            credentials,
            browsers,
            handed_out,
            access_log,
            issuers,
            gatekeeper,
            instance_metadata,
            maps,
        } = services(
            settings.deliver.clone(),
            settings.issuers.clone(),
            settings.bootstrap_key.clone(),
            settings.block_pages.into(),
        )?;
        let tables = std::mem::take(&mut registry.tables);
        let (store, opened) = open_store(&settings, folder, tables)?;
        let (blobs, recovery) = open_blobs(&settings, folder)?;
        let bytes = blobs.clone();
        store.before_commit(move || bytes.sync().map_err(|error| error.to_string()));
        let clock = match settings.clock {
            ClockSetting::Running => Clock::running(),
            ClockSetting::Stepped(at) => Clock::stepped(at.unwrap_or_else(Clock::machine)),
        };
        let stream = format!("main/{}", store.boot_count());
        let ids = settings.seed.map_or_else(Ids::from_entropy, |seed| Ids::seeded(seed, &stream));
        let world = main_world(store, blobs, clock, ids, settings.pace, settings.iam.into());
        let tls = if settings.tls { Some(crate::tls::server_config(folder)?) } else { None };
        let house = Self {
            worlds: Worlds::new(world, port, settings.seed),
            router: Router::new(&APIS, Hosts::default()),
            registry,
            credentials,
            browsers,
            handed_out,
            access_log,
            issuers,
            gatekeeper,
            flows,
            endpoints: vpc::endpoint_policies(),
            maps,
            instance_metadata,
            instances: InstancePlaces::default(),
            metrics: Metrics::default(),
            tls,
            tasks: Tasks::default(),
            signing_keys: wire::sign::KeyCache::default(),
            settings,
        };
        Ok((house, Found { opened, blobs: recovery }))
    }

    /// Lets the services of every world call each other's operations: forks have those of the world they come from.
    pub(crate) fn wire(self: &Arc<Self>) {
        let pipeline: Weak<dyn Pipeline> = Arc::<Self>::downgrade(self);
        self.worlds.main().world.operations.wire(pipeline);
    }

    /// What is answered and what is not, by API.
    pub(crate) fn coverage(&self) -> Vec<Coverage> {
        coverage(&self.registry)
    }
}

fn open_store(
    settings: &Settings,
    folder: &std::path::Path,
    tables: store::Tables,
) -> Result<(Store, Option<Opened>), Failure> {
    if settings.ephemeral {
        return Ok((Store::memory(tables, secret(settings)), None));
    }
    let durability = match settings.durability {
        Durability::Normal => store::Durability::Normal,
        Durability::Full => store::Durability::Full,
    };
    let options = store::Options::new(folder, secret(settings)).durability(durability);
    let (store, opened) = Store::open(options, tables).map_err(Failure::new)?;
    Ok((store, Some(opened)))
}

/// The secret of page tokens, repeatable under a seed.
fn secret(settings: &Settings) -> [u8; 32] {
    settings.seed.map_or_else(Ids::from_entropy, |seed| Ids::seeded(seed, "pages")).bytes()
}

fn open_blobs(
    settings: &Settings,
    folder: &std::path::Path,
) -> Result<(blob::Blobs, blob::Recovery), Failure> {
    let folder = folder.join("blobs");
    let sync = if settings.ephemeral { blob::Sync::None } else { blob::Sync::Full };
    blob::Blobs::open(blob::Options::new(&folder).sync(sync)).map_err(Failure::new)
}

/// Throws away, beside the first requests, what a crash left between bytes and rows. The state is that of this call.
pub(crate) fn reconcile(world: &World) -> impl FnOnce() + Send + 'static {
    let (view, blobs, name) = (world.store.view(), world.blobs.clone(), world.name.clone());
    let pinned = view.pin();
    move || match pinned.map_err(Into::into).and_then(|()| throw_away(&view, &blobs)) {
        Ok(0) => {}
        Ok(freed) => tracing::info!(world = name, freed, "threw away bytes that a crash left behind"),
        Err(error) => {
            tracing::error!(world = name, %error, "the byte store cannot be reconciled");
            blobs.not_reconciled(error.to_string());
        }
    }
}

/// Throws away what no service's rows name.
fn throw_away(view: &store::View, blobs: &blob::Blobs) -> Result<u64, StepError> {
    blobs.reconcile(kept(view).map(|kept| kept.map_err(Into::into)))
}

/// Every blob that a row of some service refers to, each once.
pub(crate) fn kept(view: &store::View) -> impl Iterator<Item = Result<blob::BlobRef, store::StoreError>> {
    s3::kept(view).chain(ebs::kept(view))
}

/// Runs a world's due jobs until it stops: woken by a new job, by the clock and at the end.
async fn run_schedule(world: Arc<World>, mut stop: watch::Receiver<bool>) {
    loop {
        let wake = world.store.schedule_changed();
        let now = world.clock.now();
        if let Err(error) = world.store.run_due(now, world.pace) {
            tracing::error!(world = world.name, %error, "a due job failed; it is tried again");
        }
        let wait = world.store.next_due().map_or(IDLE, |due| {
            let millis = due.millis_since(world.clock.now()).clamp(1, 60_000);
            std::time::Duration::from_millis(millis.unsigned_abs())
        });
        tokio::select! {
            _ = tokio::time::timeout(wait, wake) => {}
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    // Before the receiver: whoever drops a world waits for that.
    drop(world);
}

/// Starts what a world does by itself: its due jobs and the services' loops.
pub(crate) fn start_loops(house: &House, world: &Arc<World>, stop: &watch::Receiver<bool>) {
    house.tasks.spawn(run_schedule(world.clone(), stop.clone()));
    for work in &house.registry.loops {
        house.tasks.spawn(run_loop(work.clone(), world.clone(), stop.clone()));
    }
}

/// Runs one loop of a service in one world until it stops: woken by events, and from time to time.
async fn run_loop(work: Arc<dyn Loop>, world: Arc<World>, mut stop: watch::Receiver<bool>) {
    // What is announced during a step wakes the next one.
    let theirs = work.clone();
    let wakeup = world.store.wakeup(move |event| theirs.wakes(event));
    while !*stop.borrow() {
        let step = tokio::select! {
            step = work.step(world.clone()) => step,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let (wait, listens) = match step {
            Ok(Next::Again) => continue,
            Ok(Next::Wait) => (IDLE, true),
            Ok(Next::After(wait)) => (wait, false),
            Err(error) => {
                tracing::error!(
                    world = world.name,
                    work = work.name(),
                    error,
                    "a loop failed; it tries again"
                );
                (RETRY, false)
            }
        };
        let woken = async { if listens { wakeup.woken().await } else { std::future::pending().await } };
        tokio::select! {
            _ = tokio::time::timeout(wait, woken) => {}
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    // Before the receiver: whoever drops a world waits for that.
    drop(wakeup);
    drop(world);
}

/// How long a loop that failed waits.
const RETRY: std::time::Duration = std::time::Duration::from_secs(5);
/// How long the schedule sleeps when nothing is due, and a loop when nothing wakes it.
const IDLE: std::time::Duration = std::time::Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::{FoundIssuers, Places, coverage, services};

    #[test]
    fn the_lists_of_what_is_missing_are_those_that_are_committed() {
        let pages = ebs::BlockPages::default();
        let registry = services(Places::default(), FoundIssuers::default(), None, pages).unwrap().registry;
        let folder = testkit::crate_folder().join("../../coverage");
        for row in coverage(&registry) {
            let file = folder.join(format!("{}.txt", row.api));
            let listed = std::fs::read_to_string(&file).unwrap_or_else(|error| {
                panic!("{}: {error}; cargo xtask coverage writes it", file.display())
            });
            let listed: Vec<&str> = listed.lines().collect();
            let grown: Vec<_> = row.not_implemented.iter().filter(|name| !listed.contains(name)).collect();
            assert!(grown.is_empty(), "{}: answered before, and no longer: {grown:?}", row.api);
            assert_eq!(listed, row.not_implemented, "{}: cargo xtask coverage shortens the list", row.api);
        }
    }
}
