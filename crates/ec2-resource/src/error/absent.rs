//! What is said of ids of things of which nobody has any here.

/// A kind of thing of which there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// The bundling of an instance.
    BundleTask,
    /// A Client VPN endpoint.
    ClientVpnEndpoint,
    /// A pool of customer-owned addresses.
    CoipPool,
    /// The import of an instance or a volume.
    ConversionTask,
    /// The export of an instance or an image.
    ExportTask,
    /// The import of an image or a snapshot.
    ImportTask,
    /// A pool of IPv6 addresses.
    Ipv6Pool,
    /// The gateway of an Outpost.
    LocalGateway,
    /// An address that moves to or from EC2-Classic.
    MovingAddress,
    /// A pool of public IPv4 addresses.
    PublicIpv4Pool,
    /// A reservation of instances that was paid for.
    ReservedInstances,
    /// The offer of one.
    ReservedInstancesOffering,
}

impl Absent {
    /// Code and sentence. Whether an id of an import has been forgotten or never was one, AWS calls it malformed.
    pub(crate) fn said(self, id: &str) -> (&'static str, String) {
        match self {
            Self::BundleTask => ("InvalidBundleID.NotFound", format!("The bundle ID '{id}' does not exist")),
            Self::ClientVpnEndpoint => {
                ("InvalidClientVpnEndpointId.NotFound", format!("Endpoint {id} does not exist"))
            }
            Self::CoipPool | Self::Ipv6Pool => {
                ("InvalidPoolID.NotFound", format!("The pool ID '{id}' does not exist"))
            }
            Self::ConversionTask => {
                ("InvalidConversionTaskId", format!("The conversion task ID '{id}' is not valid"))
            }
            Self::ExportTask => {
                ("InvalidExportTaskID.NotFound", format!("The export task ID '{id}' does not exist"))
            }
            Self::ImportTask => {
                ("InvalidConversionTaskId.Malformed", format!("The conversion task ID '{id}' is malformed"))
            }
            Self::LocalGateway => {
                ("InvalidLocalGatewayID.NotFound", format!("The local gateway ID '{id}' does not exist"))
            }
            Self::MovingAddress => ("InvalidAddress.NotFound", format!("Address '{id}' not found.")),
            Self::PublicIpv4Pool => {
                ("InvalidPublicIpv4PoolID.NotFound", format!("The pool ID '{id}' does not exist."))
            }
            Self::ReservedInstances => {
                ("InvalidReservedInstancesId", format!("The reserved instances ID '{id}' does not exist"))
            }
            Self::ReservedInstancesOffering => (
                "InvalidReservedInstancesOfferingId",
                format!("The reserved instances offering ID '{id}' does not exist"),
            ),
        }
    }
}
