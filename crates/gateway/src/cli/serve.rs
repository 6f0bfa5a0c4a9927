//! `angae serve`: opens everything, answers until it is told to stop.

use super::print;
use crate::failure::Failure;
use crate::house::{self, Found, House};
use crate::instances;
use crate::serve::accept_loop;
use crate::settings::{Planes, Settings};
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

pub(crate) fn run(settings: &Settings) -> Result<ExitCode, Failure> {
    let filter = EnvFilter::try_new(&settings.log)
        .map_err(|error| Failure::new(format!("--log {}: {error}", settings.log)))?;
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
    allow_open_files();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))?
        .block_on(serve(settings))
}

/// Raises the limit of open files to what the user may have: a shell's 1,024 is soon used up by idle connections.
fn allow_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::debug!(%error, ?current, "the limit of open files cannot be raised");
    }
}

async fn serve(settings: &Settings) -> Result<ExitCode, Failure> {
    // The port is taken before the folder is touched: a second angae must not disturb the first.
    let listener = bind(settings.address).await?;
    let port = listener.local_addr().map_err(Failure::new)?.port();
    let temporary = temporary_folder(settings)?;
    let folder = temporary.as_ref().map_or(settings.data_dir.as_path(), |folder| folder.path());
    let (house, found) = House::open(settings.clone(), folder, port)?;
    let house = Arc::new(house);
    house.wire();
    let main = house.worlds.main();
    let reconcile = tokio::task::spawn_blocking(house::reconcile(&main.world));
    house.tasks.spawn(accept_loop(house.clone(), main.world.clone(), listener, main.stop.subscribe()));
    house::start_loops(&house, &main.world, &main.stop.subscribe());
    instances::reopen(&house, &main.world).await;
    announce(settings, &settings.endpoint(port), folder, &found);
    wait_for_signal().await?;
    tracing::info!("stopping: open requests are answered, then the state is committed");
    for entry in house.worlds.all() {
        entry.stop.send_replace(true);
    }
    house.tasks.join().await;
    reconcile.await.map_err(Failure::new)?;
    main.world.store.close();
    Ok(ExitCode::SUCCESS)
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => Failure::new(format!(
            "port {} on {} is in use; stop what listens there, or choose another with --port",
            address.port(),
            address.ip()
        )),
        _ => Failure::new(format!("cannot listen on {address}: {error}")),
    })
}

/// The folder of an ephemeral run, removed when it is dropped.
fn temporary_folder(settings: &Settings) -> Result<Option<tempfile::TempDir>, Failure> {
    if !settings.ephemeral {
        return Ok(None);
    }
    let folder = tempfile::Builder::new().prefix("angae-").tempdir();
    folder.map(Some).map_err(|error| Failure::new(format!("cannot make a temporary folder: {error}")))
}

/// Says where angae answers, what it opened, and how to point a shell at it.
fn announce(settings: &Settings, endpoint: &str, folder: &Path, found: &Found) {
    let records = found.opened.as_ref().map_or(0, |opened| opened.records());
    let is_exact = found.opened.as_ref().is_none_or(|opened| opened.is_exact);
    if settings.json {
        print::json(&serde_json::json!({
            "endpoint": endpoint,
            "data_dir": folder.display().to_string(),
            "ephemeral": settings.ephemeral,
            "planes": settings.planes.to_string(),
            "nothing_listens_for": Planes::NOTHING_LISTENS_FOR,
            "records": records,
            "records_exact": is_exact,
            "blobs": found.blobs,
        }));
    } else {
        let state = match (settings.ephemeral, records) {
            (true, _) => "temporary, gone when angae stops".to_owned(),
            (false, 0) => "empty".to_owned(),
            (false, 1) => "1 record".to_owned(),
            (false, many) if is_exact => format!("{many} records"),
            (false, many) => format!("about {many} records"),
        };
        print::text(format_args!("angae {}", env!("CARGO_PKG_VERSION")));
        print::text(format_args!(
            "  endpoint  {endpoint}{}",
            if settings.tls { "  (http and https)" } else { "" }
        ));
        print::text(format_args!("  data      {} ({state})", folder.display()));
        print::text(format_args!(
            "  planes    {}: nothing listens yet for {}",
            settings.planes,
            Planes::NOTHING_LISTENS_FOR.join(", ")
        ));
        print::text("  shell     eval \"$(angae env)\"");
        print::text("            aws sts get-caller-identity");
        print::text("  pages     /_angae/health  /_angae/coverage  /_angae/events");
    }
    print::text("Ready.");
}

/// Waits for SIGINT or SIGTERM.
async fn wait_for_signal() -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::new)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::new)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
