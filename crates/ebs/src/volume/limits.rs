//! How large and how fast volumes of each type may be.
//!
//! Figures: EBS user guide, "Amazon EBS volume types", and EC2 API reference, CreateVolume. Sentences: answers of AWS
//! in public issue threads.

use ec2_resource::error::{Ebs, Error};
use serde::{Deserialize, Serialize};

/// Operations a second that every gp3 volume has.
const GP3_IOPS: i32 = 3_000;
/// MiB a second that every gp3 volume has.
const GP3_THROUGHPUT: i32 = 125;
/// MiB a second of a gp3 volume at the most.
const MOST_THROUGHPUT: i32 = 2_000;
/// Operations a second that are provisioned at the least.
const LEAST_IOPS: i32 = 100;

/// The types of volumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum VolumeType {
    /// Magnetic.
    Standard,
    /// General purpose.
    Gp2,
    /// General purpose, with operations and throughput of its own.
    Gp3,
    /// Provisioned operations.
    Io1,
    /// Provisioned operations, more of them.
    Io2,
    /// Throughput.
    St1,
    /// Cold.
    Sc1,
}

impl VolumeType {
    /// The type of that word.
    pub(crate) fn parse(word: &str) -> Result<Self, Ebs> {
        Ok(match word {
            "standard" => Self::Standard,
            "gp2" => Self::Gp2,
            "gp3" => Self::Gp3,
            "io1" => Self::Io1,
            "io2" => Self::Io2,
            "st1" => Self::St1,
            "sc1" => Self::Sc1,
            _ => return Err(Ebs::UnknownType(word.to_owned())),
        })
    }

    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Gp2 => "gp2",
            Self::Gp3 => "gp3",
            Self::Io1 => "io1",
            Self::Io2 => "io2",
            Self::St1 => "st1",
            Self::Sc1 => "sc1",
        }
    }

    /// GiB at the least and at the most.
    fn sizes(self) -> (i32, i32) {
        match self {
            Self::Standard => (1, 1_024),
            Self::Gp2 => (1, 16_384),
            Self::Gp3 => (1, 65_536),
            Self::Io1 => (4, 16_384),
            Self::Io2 => (4, 65_536),
            Self::St1 | Self::Sc1 => (125, 16_384),
        }
    }

    /// Operations a second at the most, in all and for each GiB, where they are asked for.
    fn provisions(self) -> Option<(i32, i32)> {
        match self {
            Self::Gp3 => Some((80_000, 500)),
            Self::Io1 => Some((64_000, 50)),
            Self::Io2 => Some((256_000, 1_000)),
            Self::Standard | Self::Gp2 | Self::St1 | Self::Sc1 => None,
        }
    }

    /// Whether its operations a second are asked for.
    pub(crate) fn takes_iops(self) -> bool {
        self.provisions().is_some()
    }

    /// Whether several instances may have one volume of it.
    fn shares(self) -> bool {
        matches!(self, Self::Io1 | Self::Io2)
    }
}

/// What is asked of a volume's measures.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// The word of a type; gp2 where there is none, as the API has it.
    pub(crate) kind: Option<String>,
    pub(crate) size_gib: Option<i32>,
    pub(crate) iops: Option<i32>,
    pub(crate) throughput: Option<i32>,
    pub(crate) multi_attach: bool,
}

/// A volume's measures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Measures {
    pub(crate) kind: VolumeType,
    pub(crate) size_gib: i32,
    /// Operations a second, where the type tells them.
    pub(crate) iops: Option<i32>,
    /// MiB a second, where the type tells it.
    pub(crate) throughput: Option<i32>,
    /// Whether several instances may have it at once.
    pub(crate) multi_attach: bool,
}

impl Measures {
    /// What a volume gets; that of a snapshot is as large as the volume the snapshot was made of, or larger.
    pub(crate) fn of(asked: &Asked, snapshot_gib: Option<i32>) -> Result<Self, Error> {
        let kind = VolumeType::parse(asked.kind.as_deref().unwrap_or("gp2"))?;
        for (name, value) in
            [("size", asked.size_gib), ("iops", asked.iops), ("throughput", asked.throughput)]
        {
            if let Some(value) = value.filter(|value| *value < 0) {
                let reason = "Value must be a positive integer.".to_owned();
                return Err(Error::Value(name, value.to_string(), reason));
            }
        }
        combine(kind, asked)?;
        let size_gib = asked
            .size_gib
            .or(snapshot_gib)
            .ok_or(Error::MissingOneOf("The request must contain the parameter size/snapshot"))?;
        fit(kind, size_gib)?;
        let iops = iops(kind, size_gib, asked.iops)?;
        let throughput = throughput(kind, iops, asked.throughput)?;
        Ok(Self { kind, size_gib, iops, throughput, multi_attach: asked.multi_attach })
    }
}

/// Which parameters a type has.
fn combine(kind: VolumeType, asked: &Asked) -> Result<(), Error> {
    let word = kind.word();
    let refused = |sentence: String| Err(Error::Combination(sentence));
    match (kind.provisions(), asked.iops) {
        (None, Some(_)) => {
            return refused(format!("The parameter iops is not supported for {word} volumes."));
        }
        (Some(_), None) if kind.shares() => {
            return refused(format!("The parameter iops must be specified for {word} volumes."));
        }
        (None, None) | (Some(_), Some(_) | None) => {}
    }
    if asked.throughput.is_some() && kind != VolumeType::Gp3 {
        return refused(format!("The throughput parameter is not supported for {word} volumes."));
    }
    if asked.multi_attach && !kind.shares() {
        return refused(format!("The parameter multi-attach-enabled is not supported for {word} volumes."));
    }
    Ok(())
}

fn fit(kind: VolumeType, size_gib: i32) -> Result<(), Error> {
    let (least, most) = kind.sizes();
    let word = kind.word();
    let sentence = match size_gib {
        small if small < least => format!(
            "The volume size is invalid for {word} volumes: {small} GiB. {word} volumes must be at least {least} GiB in size. Please specify a volume size above the minimum limit."
        ),
        large if large > most => {
            format!("Volume of {large}GiB is too large for volume type {word}; maximum is {most}GiB")
        }
        _ => return Ok(()),
    };
    Err(Error::Parameter(sentence))
}

/// Operations a second: the type's own, or those that are asked for.
fn iops(kind: VolumeType, size_gib: i32, asked: Option<i32>) -> Result<Option<i32>, Error> {
    let Some((most, ratio)) = kind.provisions() else {
        let own = (kind == VolumeType::Gp2).then(|| size_gib.saturating_mul(3).clamp(100, 16_000));
        return Ok(own);
    };
    let asked = asked.unwrap_or(GP3_IOPS);
    let refused = |sentence: String| Err(Error::Parameter(sentence));
    if asked < LEAST_IOPS {
        return refused(format!("Volume iops of {asked} is too low; minimum is {LEAST_IOPS}."));
    }
    if asked > most {
        return refused(format!("Volume iops of {asked} is too high; maximum is {most}."));
    }
    // gp3 has its first operations at any size; fewer are not to be had.
    let given = kind == VolumeType::Gp3 && asked <= GP3_IOPS;
    if !given && i64::from(asked) > i64::from(size_gib) * i64::from(ratio) {
        let found = f64::from(asked) / f64::from(size_gib);
        return refused(format!("Iops to volume size ratio of {found:.6} is too high; maximum is {ratio}"));
    }
    Ok(Some(if given { GP3_IOPS } else { asked }))
}

fn throughput(kind: VolumeType, iops: Option<i32>, asked: Option<i32>) -> Result<Option<i32>, Error> {
    if kind != VolumeType::Gp3 {
        return Ok(None);
    }
    let found = asked.unwrap_or(GP3_THROUGHPUT).max(GP3_THROUGHPUT);
    if found > MOST_THROUGHPUT {
        let sentence = format!("Volume throughput of {found} is too high; maximum is {MOST_THROUGHPUT}.");
        return Err(Error::Parameter(sentence));
    }
    let iops = iops.unwrap_or(GP3_IOPS);
    if found.saturating_mul(4) > iops {
        let ratio = f64::from(found) / f64::from(iops);
        return Err(Error::Parameter(format!(
            "Throughput (MiBps) to iops ratio of {ratio:.6} is too high; maximum is 0.250000 MiBps per iops"
        )));
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use super::{Asked, Measures, VolumeType};
    use ec2_resource::error::Error;

    fn asked(kind: &str, size_gib: i32, iops: Option<i32>, throughput: Option<i32>) -> Asked {
        Asked { kind: Some(kind.to_owned()), size_gib: Some(size_gib), iops, throughput, multi_attach: false }
    }

    #[track_caller]
    fn check(asked: &Asked, want: Result<(Option<i32>, Option<i32>), &str>) {
        let found = Measures::of(asked, None).map(|own| (own.iops, own.throughput));
        match (found, want) {
            (Ok(found), Ok(want)) => assert_eq!(found, want, "{asked:?}"),
            (Err(Error::Parameter(found) | Error::Combination(found)), Err(want)) => assert_eq!(found, want),
            (found, want) => panic!("{asked:?}: {found:?}, not {want:?}"),
        }
    }

    #[test]
    fn each_type_has_its_operations_and_its_throughput() {
        for (kind, size, iops, throughput, want) in [
            ("gp2", 1, None, None, (Some(100), None)),
            ("gp2", 33, None, None, (Some(100), None)),
            ("gp2", 34, None, None, (Some(102), None)),
            ("gp2", 5_333, None, None, (Some(15_999), None)),
            ("gp2", 16_384, None, None, (Some(16_000), None)),
            ("gp3", 1, None, None, (Some(3_000), Some(125))),
            ("gp3", 1, Some(100), Some(0), (Some(3_000), Some(125))),
            ("gp3", 160, Some(80_000), Some(2_000), (Some(80_000), Some(2_000))),
            ("gp3", 65_536, Some(3_000), Some(750), (Some(3_000), Some(750))),
            ("io1", 4, Some(200), None, (Some(200), None)),
            ("io1", 16_384, Some(64_000), None, (Some(64_000), None)),
            ("io2", 4, Some(4_000), None, (Some(4_000), None)),
            ("io2", 65_536, Some(256_000), None, (Some(256_000), None)),
            ("st1", 125, None, None, (None, None)),
            ("sc1", 16_384, None, None, (None, None)),
            ("standard", 1_024, None, None, (None, None)),
        ] {
            check(&asked(kind, size, iops, throughput), Ok(want));
        }
    }

    #[test]
    fn what_a_type_does_not_have_is_refused() {
        for (kind, size, iops, throughput, want) in [
            ("gp2", 1, Some(100), None, "The parameter iops is not supported for gp2 volumes."),
            ("io1", 4, None, None, "The parameter iops must be specified for io1 volumes."),
            ("io2", 4, Some(100), Some(125), "The throughput parameter is not supported for io2 volumes."),
            ("io1", 4, Some(201), None, "Iops to volume size ratio of 50.250000 is too high; maximum is 50"),
            (
                "io2",
                4,
                Some(4_001),
                None,
                "Iops to volume size ratio of 1000.250000 is too high; maximum is 1000",
            ),
            (
                "gp3",
                20,
                Some(15_000),
                None,
                "Iops to volume size ratio of 750.000000 is too high; maximum is 500",
            ),
            ("gp3", 65_536, Some(80_001), None, "Volume iops of 80001 is too high; maximum is 80000."),
            ("io1", 16_384, Some(64_001), None, "Volume iops of 64001 is too high; maximum is 64000."),
            ("io2", 65_536, Some(256_001), None, "Volume iops of 256001 is too high; maximum is 256000."),
            ("io1", 4, Some(99), None, "Volume iops of 99 is too low; minimum is 100."),
            (
                "gp3",
                10,
                None,
                Some(1_000),
                "Throughput (MiBps) to iops ratio of 0.333333 is too high; maximum is 0.250000 MiBps per iops",
            ),
            (
                "gp3",
                500,
                Some(80_000),
                Some(2_001),
                "Volume throughput of 2001 is too high; maximum is 2000.",
            ),
            (
                "gp2",
                16_385,
                None,
                None,
                "Volume of 16385GiB is too large for volume type gp2; maximum is 16384GiB",
            ),
            (
                "standard",
                1_025,
                None,
                None,
                "Volume of 1025GiB is too large for volume type standard; maximum is 1024GiB",
            ),
            (
                "gp3",
                65_537,
                None,
                None,
                "Volume of 65537GiB is too large for volume type gp3; maximum is 65536GiB",
            ),
            (
                "st1",
                124,
                None,
                None,
                "The volume size is invalid for st1 volumes: 124 GiB. st1 volumes must be at least 125 GiB in size. Please specify a volume size above the minimum limit.",
            ),
            (
                "io1",
                3,
                Some(100),
                None,
                "The volume size is invalid for io1 volumes: 3 GiB. io1 volumes must be at least 4 GiB in size. Please specify a volume size above the minimum limit.",
            ),
        ] {
            check(&asked(kind, size, iops, throughput), Err(want));
        }
        let shared = Asked { multi_attach: true, ..asked("gp3", 1, None, None) };
        check(&shared, Err("The parameter multi-attach-enabled is not supported for gp3 volumes."));
    }

    #[test]
    fn a_snapshot_tells_the_size_where_nothing_is_asked() {
        let nothing = Asked::default();
        assert_eq!(
            Measures::of(&nothing, Some(7)).map(|own| (own.kind, own.size_gib)),
            Ok((VolumeType::Gp2, 7))
        );
        let missing = "The request must contain the parameter size/snapshot";
        assert_eq!(Measures::of(&nothing, None), Err(Error::MissingOneOf(missing)));
    }
}
