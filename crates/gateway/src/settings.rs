//! What the user asked for, and where they said it.
//!
//! A setting comes from its flag, else from `ANGAE_…`, else from `angae.toml`, else it has its default. The three
//! are read once, here, at start.

use crate::courier::Places;
use crate::fetch::Found;
use crate::instances::Block;
use base::{Pace, Timestamp};
use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The flags every sub-command understands.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Flags {
    /// The port that answers as AWS [default: 4566; 0 takes a free one]
    #[arg(long, global = true, env = "ANGAE_PORT", value_name = "PORT")]
    pub(crate) port: Option<u16>,
    /// The address to listen on [default: 127.0.0.1]
    #[arg(long, global = true, env = "ANGAE_HOST", value_name = "ADDRESS")]
    pub(crate) host: Option<IpAddr>,
    /// Where everything is kept [default: the platform's state folder]
    #[arg(long, global = true, env = "ANGAE_DATA_DIR", value_name = "FOLDER")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Keep nothing: a temporary folder that goes with the process
    #[arg(long, global = true, env = "ANGAE_EPHEMERAL", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub(crate) ephemeral: Option<bool>,
    /// What an answer survives: normal (a killed process) or full (a power cut too) [default: normal]
    #[arg(long, global = true, env = "ANGAE_DURABILITY", value_name = "normal|full")]
    pub(crate) durability: Option<Durability>,
    /// How long states without real work behind them last: immediate, real or xN [default: immediate]
    #[arg(long, global = true, env = "ANGAE_PACE", value_name = "immediate|real|xN")]
    pub(crate) pace: Option<Pace>,
    /// What answers beside the API for services whose data planes are not built: api-only, nothing [default: api-only]
    #[arg(long, global = true, env = "ANGAE_PLANES", value_name = "api-only")]
    pub(crate) planes: Option<Planes>,
    /// Whether policies decide: off, audit or enforce [default: off]
    #[arg(long, global = true, env = "ANGAE_IAM", value_name = "off|audit|enforce")]
    pub(crate) iam: Option<IamMode>,
    /// A key that is an account's root where policies are enforced, and signs correctly there [default: none]
    #[arg(
        long,
        global = true,
        env = "ANGAE_BOOTSTRAP_KEY",
        value_name = "ID:SECRET",
        hide_env_values = true
    )]
    pub(crate) bootstrap_key: Option<BootstrapKey>,
    /// Answer TLS too, on the same port
    #[arg(long, global = true, env = "ANGAE_TLS", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub(crate) tls: Option<bool>,
    /// Make ids repeatable: equal seeds and requests give equal ids
    #[arg(long, global = true, env = "ANGAE_SEED", value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// The world's clock: running, or stepped (from now, or from stepped:MILLISECONDS since 1970) [default: running]
    #[arg(long, global = true, env = "ANGAE_CLOCK", value_name = "running|stepped[:MS]")]
    pub(crate) clock: Option<ClockSetting>,
    /// Where S3's notifications go: ARN=URL, and more after commas; each is a POST [default: nowhere]
    #[arg(long, global = true, env = "ANGAE_DELIVER", value_name = "ARN=URL,…")]
    pub(crate) deliver: Option<Places>,
    /// Where OIDC issuers are found that are not where their URL points: ISSUER=URL, and more after commas [default: none]
    #[arg(long, global = true, env = "ANGAE_ISSUERS", value_name = "ISSUER=URL,…")]
    pub(crate) issuers: Option<Found>,
    /// The block that instances have addresses from, at which their metadata service answers; none for no addresses
    /// [default: 127.169.0.0/16]
    #[arg(long, global = true, env = "ANGAE_INSTANCE_ADDRESSES", value_name = "BLOCK|none")]
    pub(crate) instance_addresses: Option<Block>,
    /// How EBS's lists of changed blocks cut pages: dense, or windows, which may be empty as AWS's may [default: dense]
    #[arg(long, global = true, env = "ANGAE_BLOCK_PAGES", value_name = "dense|windows")]
    pub(crate) block_pages: Option<BlockPages>,
    /// What to log: error, warn, info, debug, trace, or a filter such as gateway=debug [default: info]
    #[arg(long, global = true, env = "ANGAE_LOG", value_name = "FILTER")]
    pub(crate) log: Option<String>,
    /// The settings file [default: angae.toml in the current folder, where there is one]
    #[arg(long, global = true, env = "ANGAE_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// `angae.toml`. A key it does not know is an error.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    port: Option<u16>,
    host: Option<IpAddr>,
    data_dir: Option<PathBuf>,
    ephemeral: Option<bool>,
    durability: Option<Parsed<Durability>>,
    pace: Option<Parsed<Pace>>,
    planes: Option<Parsed<Planes>>,
    iam: Option<Parsed<IamMode>>,
    bootstrap_key: Option<Parsed<BootstrapKey>>,
    tls: Option<bool>,
    seed: Option<u64>,
    clock: Option<Parsed<ClockSetting>>,
    deliver: Option<Parsed<Places>>,
    issuers: Option<Parsed<Found>>,
    instance_addresses: Option<Parsed<Block>>,
    block_pages: Option<Parsed<BlockPages>>,
    log: Option<String>,
}

/// A setting that the file spells as the flag does.
#[derive(Debug)]
struct Parsed<T>(T);

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for Parsed<T> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map(Parsed).map_err(serde::de::Error::custom)
    }
}

/// All settings in force.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) address: SocketAddr,
    pub(crate) data_dir: PathBuf,
    pub(crate) ephemeral: bool,
    pub(crate) durability: Durability,
    pub(crate) pace: Pace,
    pub(crate) planes: Planes,
    pub(crate) iam: IamMode,
    pub(crate) bootstrap_key: Option<BootstrapKey>,
    pub(crate) tls: bool,
    pub(crate) seed: Option<u64>,
    pub(crate) clock: ClockSetting,
    pub(crate) deliver: Places,
    pub(crate) issuers: Found,
    pub(crate) instance_addresses: Block,
    pub(crate) block_pages: BlockPages,
    pub(crate) log: String,
    pub(crate) json: bool,
    /// Each setting as text, with where it came from: what `angae config` prints.
    pub(crate) origins: Vec<Setting>,
}

/// One setting, for people.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) from: String,
}

/// The settings cannot be used; the text says which and why.
#[derive(Debug)]
pub(crate) struct SettingsError(pub(crate) String);

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Settings {
    /// Merges flags, environment, file and defaults.
    pub(crate) fn gather(flags: &Flags, matches: &ArgMatches) -> Result<Self, SettingsError> {
        let (file, path) = read_file(flags.config.as_deref())?;
        let mut merge = Merge { matches, path: path.as_deref(), settings: Vec::new() };
        let port = merge.take("port", flags.port, file.port, || 4566);
        let host = merge.take("host", flags.host, file.host, || IpAddr::V4(Ipv4Addr::LOCALHOST));
        let data_dir = merge.take_path(flags.data_dir.clone(), file.data_dir);
        let ephemeral = merge.take("ephemeral", flags.ephemeral, file.ephemeral, || false);
        let durability =
            merge.take("durability", flags.durability, file.durability.map(|p| p.0), || Durability::Normal);
        let pace = merge.take("pace", flags.pace, file.pace.map(|p| p.0), || Pace::Immediate);
        let planes = merge.take("planes", flags.planes, file.planes.map(|p| p.0), || Planes::ApiOnly);
        let iam = merge.take("iam", flags.iam, file.iam.map(|p| p.0), || IamMode::Off);
        let bootstrap_key = flags.bootstrap_key.clone().or(file.bootstrap_key.map(|p| p.0));
        if let Some(key) = &bootstrap_key {
            merge.take("bootstrap_key", flags.bootstrap_key.clone(), Some(key.clone()), || key.clone());
        }
        let tls = merge.take("tls", flags.tls, file.tls, || false);
        let seed = flags.seed.or(file.seed);
        if let Some(seed) = seed {
            merge.take("seed", flags.seed, file.seed, || seed);
        }
        let clock = merge.take("clock", flags.clock, file.clock.map(|p| p.0), || ClockSetting::Running);
        let deliver =
            merge.take("deliver", flags.deliver.clone(), file.deliver.map(|p| p.0), Places::default);
        let issuers = merge.take("issuers", flags.issuers.clone(), file.issuers.map(|p| p.0), Found::default);
        let instance_addresses = merge.take(
            "instance_addresses",
            flags.instance_addresses,
            file.instance_addresses.map(|p| p.0),
            Block::default,
        );
        let block_pages =
            merge.take("block_pages", flags.block_pages, file.block_pages.map(|p| p.0), || BlockPages::Dense);
        let log = merge.take("log", flags.log.clone(), file.log, || "info".to_owned());
        Ok(Self {
            address: SocketAddr::new(host, port),
            data_dir,
            ephemeral,
            durability,
            pace,
            planes,
            iam,
            bootstrap_key,
            tls,
            seed,
            clock,
            deliver,
            issuers,
            instance_addresses,
            block_pages,
            log,
            json: flags.json,
            origins: merge.settings,
        })
    }

    /// The URL clients use. A wildcard address is reached through loopback.
    pub(crate) fn endpoint(&self, port: u16) -> String {
        let host = match self.address.ip() {
            ip if ip.is_unspecified() => "127.0.0.1".to_owned(),
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        format!("http://{host}:{port}")
    }
}

/// Collects settings and where each came from.
struct Merge<'a> {
    matches: &'a ArgMatches,
    path: Option<&'a Path>,
    settings: Vec<Setting>,
}

impl Merge<'_> {
    fn take<T: fmt::Display>(
        &mut self,
        name: &'static str,
        flag: Option<T>,
        file: Option<T>,
        default: impl FnOnce() -> T,
    ) -> T {
        let (value, from) = match (flag, file) {
            (Some(value), _) => (value, self.flag_origin(name)),
            (None, Some(value)) => (value, self.file_origin()),
            (None, None) => (default(), "default".to_owned()),
        };
        self.settings.push(Setting { name, value: value.to_string(), from });
        value
    }

    fn take_path(&mut self, flag: Option<PathBuf>, file: Option<PathBuf>) -> PathBuf {
        let (value, from) = match (flag, file) {
            (Some(value), _) => (value, self.flag_origin("data_dir")),
            (None, Some(value)) => (value, self.file_origin()),
            (None, None) => (state_folder(), "default".to_owned()),
        };
        self.settings.push(Setting { name: "data-dir", value: value.display().to_string(), from });
        value
    }

    fn flag_origin(&self, name: &str) -> String {
        // A flag given after the sub-command is recorded there.
        let deepest = self.matches.subcommand().map_or(self.matches, |(_, inner)| inner);
        match deepest.value_source(name).or_else(|| self.matches.value_source(name)) {
            Some(ValueSource::EnvVariable) => format!("ANGAE_{}", name.to_uppercase()),
            _ => format!("--{}", name.replace('_', "-")),
        }
    }

    fn file_origin(&self) -> String {
        self.path.map_or_else(|| "angae.toml".to_owned(), |path| path.display().to_string())
    }
}

/// Reads the settings file: the one that is named, else `angae.toml` here if there is one.
fn read_file(named: Option<&Path>) -> Result<(File, Option<PathBuf>), SettingsError> {
    let path = named.map_or_else(|| PathBuf::from("angae.toml"), Path::to_path_buf);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
            return Ok((File::default(), None));
        }
        Err(error) => return Err(SettingsError(format!("{}: {error}", path.display()))),
    };
    let file = toml::from_str(&text)
        .map_err(|error| SettingsError(format!("{}: {}", path.display(), error.to_string().trim())))?;
    Ok((file, Some(path)))
}

/// The platform's folder for an application's state.
fn state_folder() -> PathBuf {
    match directories::ProjectDirs::from("", "", "angae") {
        Some(dirs) => dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_path_buf(),
        None => PathBuf::from(".angae"),
    }
}

/// Writes an enum of words that flags, environment and file spell alike.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($(#[$variant_doc])* $variant,)* }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(format!("{text:?} is not one of {}", [$($word),*].join(", "))),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $word,)* })
            }
        }
    };
}

words! {
    /// What an answered change survives.
    Durability {
        /// The death of the process.
        Normal = "normal",
        /// A power cut too.
        Full = "full",
    }
}

words! {
    /// What answers for services whose data planes are not built. There is one way, and it is said at start: states of
    /// load balancers, file systems and clusters settle by pace, and nothing listens.
    Planes {
        /// The API alone.
        ApiOnly = "api-only",
    }
}

impl Planes {
    /// The services that this is about. One whose plane is built leaves the list.
    pub(crate) const NOTHING_LISTENS_FOR: [&str; 4] = ["efs", "eks", "elb", "route53"];
}

words! {
    /// How EBS's lists of changed blocks cut their pages.
    BlockPages {
        /// As full as can be.
        Dense = "dense",
        /// By windows, as AWS's are.
        Windows = "windows",
    }
}

impl From<BlockPages> for ebs::BlockPages {
    fn from(pages: BlockPages) -> Self {
        match pages {
            BlockPages::Dense => Self::Dense,
            BlockPages::Windows => Self::Windows,
        }
    }
}

words! {
    /// Whether policies decide.
    IamMode {
        /// They do not.
        Off = "off",
        /// What they would deny is logged.
        Audit = "audit",
        /// They do.
        Enforce = "enforce",
    }
}

impl From<IamMode> for ports::IamMode {
    fn from(mode: IamMode) -> Self {
        match mode {
            IamMode::Off => Self::Off,
            IamMode::Audit => Self::Audit,
            IamMode::Enforce => Self::Enforce,
        }
    }
}

/// A root key that is known from the start.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct BootstrapKey {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl FromStr for BootstrapKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some((id, secret)) if !id.is_empty() && !secret.is_empty() => {
                Ok(Self { id: id.to_owned(), secret: secret.to_owned() })
            }
            _ => Err("it is no ID:SECRET".to_owned()),
        }
    }
}

/// The secret is not shown.
impl fmt::Display for BootstrapKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:…", self.id)
    }
}

impl fmt::Debug for BootstrapKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BootstrapKey({self})")
    }
}

/// How the clock of `main` moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClockSetting {
    /// With the machine's.
    Running,
    /// When told, from this time or from the machine's.
    Stepped(Option<Timestamp>),
}

impl FromStr for ClockSetting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.strip_prefix("stepped:").map(str::parse)) {
            ("running", _) => Ok(Self::Running),
            ("stepped", _) => Ok(Self::Stepped(None)),
            (_, Some(Ok(millis))) => Ok(Self::Stepped(Some(Timestamp::from_millis(millis)))),
            _ => Err(format!("{text:?} is not running, stepped or stepped:MILLISECONDS")),
        }
    }
}

impl fmt::Display for ClockSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Running => f.write_str("running"),
            Self::Stepped(None) => f.write_str("stepped"),
            Self::Stepped(Some(at)) => write!(f, "stepped:{}", at.millis),
        }
    }
}
