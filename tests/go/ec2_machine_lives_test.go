package tests

import (
	"encoding/base64"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// publicKey is what is imported as a key pair.
const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIy7a3EO+Xa+KWnlK2h4k1eH/0TWDpvh+S8i5ANuOnPX deployer"

// machineLives are those of instances, and of what they are made from and of.
var machineLives = map[string]func(*place) life{
	"aws_instance":          instanceLife,
	"aws_launch_template":   launchTemplateLife,
	"aws_key_pair":          keyPairLife,
	"data.aws_ami":          amiLife,
	"aws_ebs_volume":        volumeLife,
	"aws_ebs_snapshot":      snapshotLife,
	"aws_volume_attachment": volumeAttachmentLife,
}

// instance is all that Terraform reads of one.
func (p *place) instance(id string) seen {
	found, err := p.DescribeInstances(p.ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
	if err != nil {
		return seen{err: err}
	}
	own := found.Reservations[0].Instances[0]
	of := []types.Filter{filter("attachment.instance-id", id)}
	answers := []seen{
		look(found, nil),
		look(p.DescribeInstanceTypes(p.ctx, &ec2.DescribeInstanceTypesInput{InstanceTypes: []types.InstanceType{own.InstanceType}})),
		look(p.DescribeVolumes(p.ctx, &ec2.DescribeVolumesInput{Filters: of})),
		look(p.DescribeInstanceCreditSpecifications(p.ctx, &ec2.DescribeInstanceCreditSpecificationsInput{InstanceIds: []string{id}})),
	}
	for _, attribute := range []types.InstanceAttributeName{
		types.InstanceAttributeNameInstanceInitiatedShutdownBehavior, types.InstanceAttributeNameDisableApiStop,
		types.InstanceAttributeNameDisableApiTermination, types.InstanceAttributeNameUserData,
	} {
		answers = append(answers, look(p.DescribeInstanceAttribute(p.ctx, &ec2.DescribeInstanceAttributeInput{
			InstanceId: &id, Attribute: attribute,
		})))
	}
	return all(answers...)
}

func instanceLife(p *place) life {
	subnet := p.subnet(p.vpc("10.0.0.0/16"))
	var id string
	var ids []string
	ended := false
	set := func(input *ec2.ModifyInstanceAttributeInput) {
		input.InstanceId = &id
		must(p.ModifyInstanceAttribute(p.ctx, input))(p.T)
	}
	return life{
		create: func() {
			id = p.machine(subnet)
			ids = []string{id}
			set(&ec2.ModifyInstanceAttributeInput{DisableApiTermination: yes})
		},
		read: func() seen {
			if ended {
				return look(p.DescribeInstances(p.ctx, &ec2.DescribeInstancesInput{InstanceIds: ids}))
			}
			return p.instance(id)
		},
		update: func() {
			own := &ec2.DescribeInstancesInput{InstanceIds: ids}
			must(p.StopInstances(p.ctx, &ec2.StopInstancesInput{InstanceIds: ids}))(p.T)
			p.done(ec2.NewInstanceStoppedWaiter(p).Wait(p.ctx, own, patience))
			set(&ec2.ModifyInstanceAttributeInput{InstanceType: &types.AttributeValue{Value: aws.String("t3.small")}})
			must(p.StartInstances(p.ctx, &ec2.StartInstancesInput{InstanceIds: ids}))(p.T)
			p.done(ec2.NewInstanceRunningWaiter(p).Wait(p.ctx, own, patience))
			must(p.ModifyInstanceMetadataOptions(p.ctx, &ec2.ModifyInstanceMetadataOptionsInput{
				InstanceId: &id, HttpPutResponseHopLimit: aws.Int32(3),
			}))(p.T)
			set(&ec2.ModifyInstanceAttributeInput{DisableApiStop: yes})
			set(&ec2.ModifyInstanceAttributeInput{SourceDestCheck: no})
		},
		delete: func() error {
			if !ended {
				err := failure(p.TerminateInstances(p.ctx, &ec2.TerminateInstancesInput{InstanceIds: ids}))
				refused(p.T, err, "OperationNotPermitted", 400)
				set(&ec2.ModifyInstanceAttributeInput{DisableApiTermination: no})
				set(&ec2.ModifyInstanceAttributeInput{DisableApiStop: no})
			}
			ended = true
			return failure(p.TerminateInstances(p.ctx, &ec2.TerminateInstancesInput{InstanceIds: ids}))
		},
		last: `"Name":"terminated"`,
	}
}

func launchTemplateLife(p *place) life {
	var id string
	data := func(kind types.InstanceType) *types.RequestLaunchTemplateData {
		return &types.RequestLaunchTemplateData{
			ImageId: aws.String(image), InstanceType: kind,
			UserData: aws.String(base64.StdEncoding.EncodeToString([]byte("first"))),
			MetadataOptions: &types.LaunchTemplateInstanceMetadataOptionsRequest{
				HttpTokens: types.LaunchTemplateHttpTokensStateRequired,
			},
		}
	}
	return life{
		create: func() {
			made := must(p.CreateLaunchTemplate(p.ctx, &ec2.CreateLaunchTemplateInput{
				LaunchTemplateName: aws.String("node"), LaunchTemplateData: data(types.InstanceTypeT3Micro),
			}))(p.T)
			id = *made.LaunchTemplate.LaunchTemplateId
		},
		read: func() seen {
			return all(
				look(p.DescribeLaunchTemplates(p.ctx, &ec2.DescribeLaunchTemplatesInput{LaunchTemplateIds: []string{id}})),
				look(p.DescribeLaunchTemplateVersions(p.ctx, &ec2.DescribeLaunchTemplateVersionsInput{
					LaunchTemplateId: &id, Versions: []string{"$Latest"},
				})),
			)
		},
		update: func() {
			must(p.CreateLaunchTemplateVersion(p.ctx, &ec2.CreateLaunchTemplateVersionInput{
				LaunchTemplateId: &id, LaunchTemplateData: data(types.InstanceTypeT3Small),
			}))(p.T)
			must(p.ModifyLaunchTemplate(p.ctx, &ec2.ModifyLaunchTemplateInput{LaunchTemplateId: &id, DefaultVersion: aws.String("2")}))(p.T)
		},
		delete: func() error {
			return failure(p.DeleteLaunchTemplate(p.ctx, &ec2.DeleteLaunchTemplateInput{LaunchTemplateId: &id}))
		},
		gone:  "InvalidLaunchTemplateId.NotFound",
		again: "InvalidLaunchTemplateId.NotFound",
	}
}

func keyPairLife(p *place) life {
	var id string
	name := aws.String("deployer")
	return life{
		create: func() {
			id = *must(p.ImportKeyPair(p.ctx, &ec2.ImportKeyPairInput{KeyName: name, PublicKeyMaterial: []byte(publicKey)}))(p.T).KeyPairId
		},
		read: func() seen {
			return look(p.DescribeKeyPairs(p.ctx, &ec2.DescribeKeyPairsInput{KeyNames: []string{*name}, IncludePublicKey: aws.Bool(true)}))
		},
		update: func() { p.tag(id, "key") },
		delete: func() error { return failure(p.DeleteKeyPair(p.ctx, &ec2.DeleteKeyPairInput{KeyName: name})) },
		gone:   "InvalidKeyPair.NotFound",
	}
}

// amiLife is that of a data source: it is only read. What deletes it here asks for one that is not there.
func amiLife(p *place) life {
	wish := &ec2.DescribeImagesInput{Owners: []string{"amazon"}, Filters: []types.Filter{
		filter("name", "al2023-ami-2023.*-x86_64"), filter("root-device-type", "ebs"),
		filter("virtualization-type", "hvm"), filter("owner-alias", "amazon"),
	}}
	return life{
		create: func() {
			found := must(p.DescribeImages(p.ctx, wish))(p.T).Images
			equal(p.T, *found[0].RootDeviceName, *found[0].BlockDeviceMappings[0].DeviceName)
		},
		read: func() seen { return look(p.DescribeImages(p.ctx, wish)) },
		delete: func() error {
			wish = &ec2.DescribeImagesInput{ImageIds: []string{"ami-00000000000000000"}}
			return nil
		},
		gone: "InvalidAMIID.NotFound",
	}
}

func volumeLife(p *place) life {
	var id string
	return life{
		create: func() {
			id = p.volume()
			p.done(ec2.NewVolumeAvailableWaiter(p).Wait(p.ctx, &ec2.DescribeVolumesInput{VolumeIds: []string{id}}, patience))
		},
		read: func() seen { return look(p.DescribeVolumes(p.ctx, &ec2.DescribeVolumesInput{VolumeIds: []string{id}})) },
		update: func() {
			must(p.ModifyVolume(p.ctx, &ec2.ModifyVolumeInput{VolumeId: &id, Size: aws.Int32(20), Iops: aws.Int32(4000)}))(p.T)
			wish := &ec2.DescribeVolumesModificationsInput{VolumeIds: []string{id}}
			state := must(p.DescribeVolumesModifications(p.ctx, wish))(p.T).VolumesModifications[0].ModificationState
			equal(p.T, state, types.VolumeModificationStateCompleted)
		},
		delete: func() error { return failure(p.DeleteVolume(p.ctx, &ec2.DeleteVolumeInput{VolumeId: &id})) },
		gone:   "InvalidVolume.NotFound",
		again:  "InvalidVolume.NotFound",
	}
}

func snapshotLife(p *place) life {
	var id string
	volume := p.volume()
	return life{
		create: func() {
			id = *must(p.CreateSnapshot(p.ctx, &ec2.CreateSnapshotInput{VolumeId: &volume}))(p.T).SnapshotId
		},
		read: func() seen {
			return all(
				look(p.DescribeSnapshots(p.ctx, &ec2.DescribeSnapshotsInput{SnapshotIds: []string{id}})),
				look(p.DescribeSnapshotTierStatus(p.ctx, &ec2.DescribeSnapshotTierStatusInput{
					Filters: []types.Filter{filter("snapshot-id", id)},
				})),
			)
		},
		update: func() {
			must(p.ModifySnapshotTier(p.ctx, &ec2.ModifySnapshotTierInput{
				SnapshotId: &id, StorageTier: types.TargetStorageTierArchive,
			}))(p.T)
		},
		delete: func() error { return failure(p.DeleteSnapshot(p.ctx, &ec2.DeleteSnapshotInput{SnapshotId: &id})) },
		gone:   "InvalidSnapshot.NotFound",
		again:  "InvalidSnapshot.NotFound",
	}
}

func volumeAttachmentLife(p *place) life {
	machine, volume := p.machine(p.subnet(p.vpc("10.0.0.0/16"))), p.volume()
	device := aws.String("/dev/sdh")
	return life{
		create: func() {
			must(p.AttachVolume(p.ctx, &ec2.AttachVolumeInput{InstanceId: &machine, VolumeId: &volume, Device: device}))(p.T)
		},
		read: func() seen {
			own := &ec2.DescribeVolumesInput{VolumeIds: []string{volume}}
			return all(p.instance(machine), look(p.DescribeVolumes(p.ctx, own)))
		},
		update: func() {
			must(p.ModifyInstanceAttribute(p.ctx, &ec2.ModifyInstanceAttributeInput{
				InstanceId: &machine, BlockDeviceMappings: []types.InstanceBlockDeviceMappingSpecification{{
					DeviceName: device, Ebs: &types.EbsInstanceBlockDeviceSpecification{DeleteOnTermination: aws.Bool(true)},
				}},
			}))(p.T)
		},
		delete: func() error {
			return failure(p.DetachVolume(p.ctx, &ec2.DetachVolumeInput{InstanceId: &machine, VolumeId: &volume, Device: device}))
		},
		again: "IncorrectState",
	}
}
