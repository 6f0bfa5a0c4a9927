package tests

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"
)

// fileLives are those of file systems.
var fileLives = map[string]func(*place) life{
	"aws_efs_file_system":               fileSystemLife,
	"aws_efs_mount_target":              mountTargetLife,
	"aws_efs_access_point":              accessPointLife,
	"aws_efs_file_system_policy":        fileSystemPolicyLife,
	"aws_efs_backup_policy":             backupPolicyLife,
	"aws_efs_replication_configuration": replicationLife,
}

// files is EFS, and a file system that is available: the SDK has no waiters for it.
func (p *place) files() (*efs.Client, string) {
	client := efs.NewFromConfig(p.config)
	made := must(client.CreateFileSystem(p.ctx, &efs.CreateFileSystemInput{
		CreationToken: aws.String("tf"), Encrypted: aws.Bool(true), ThroughputMode: types.ThroughputModeElastic,
		PerformanceMode: types.PerformanceModeGeneralPurpose, Tags: []types.Tag{{Key: aws.String("Name"), Value: aws.String("data")}},
	}))(p.T)
	equal(p.T, made.LifeCycleState, types.LifeCycleStateCreating)
	found := must(client.DescribeFileSystems(p.ctx, &efs.DescribeFileSystemsInput{FileSystemId: made.FileSystemId}))(p.T)
	equal(p.T, found.FileSystems[0].LifeCycleState, types.LifeCycleStateAvailable)
	return client, *made.FileSystemId
}

func fileSystemLife(p *place) life {
	var id string
	client := efs.NewFromConfig(p.config)
	lifecycle := func(policies ...types.LifecyclePolicy) {
		must(client.PutLifecycleConfiguration(p.ctx, &efs.PutLifecycleConfigurationInput{
			FileSystemId: &id, LifecyclePolicies: append([]types.LifecyclePolicy{}, policies...),
		}))(p.T)
	}
	return life{
		create: func() {
			client, id = p.files()
			lifecycle(
				types.LifecyclePolicy{TransitionToIA: types.TransitionToIARulesAfter30Days},
				types.LifecyclePolicy{TransitionToPrimaryStorageClass: types.TransitionToPrimaryStorageClassRulesAfter1Access},
			)
			must(client.UpdateFileSystemProtection(p.ctx, &efs.UpdateFileSystemProtectionInput{
				FileSystemId: &id, ReplicationOverwriteProtection: types.ReplicationOverwriteProtectionDisabled,
			}))(p.T)
		},
		read: func() seen {
			found, err := client.DescribeFileSystems(p.ctx, &efs.DescribeFileSystemsInput{FileSystemId: &id})
			if err == nil {
				// Metered at the time of the call.
				found.FileSystems[0].SizeInBytes.Timestamp = nil
			}
			return all(
				look(found, err),
				look(client.DescribeLifecycleConfiguration(p.ctx, &efs.DescribeLifecycleConfigurationInput{FileSystemId: &id})),
			)
		},
		update: func() {
			must(client.UpdateFileSystem(p.ctx, &efs.UpdateFileSystemInput{
				FileSystemId: &id, ThroughputMode: types.ThroughputModeBursting,
			}))(p.T)
			lifecycle()
			must(client.TagResource(p.ctx, &efs.TagResourceInput{
				ResourceId: &id, Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("red")}},
			}))(p.T)
			must(client.UntagResource(p.ctx, &efs.UntagResourceInput{ResourceId: &id, TagKeys: []string{"Name"}}))(p.T)
		},
		delete: func() error {
			return failure(client.DeleteFileSystem(p.ctx, &efs.DeleteFileSystemInput{FileSystemId: &id}))
		},
		gone:    "FileSystemNotFound",
		again:   "FileSystemNotFound",
		missing: 404,
	}
}

func mountTargetLife(p *place) life {
	var id string
	client, files := p.files()
	vpc := p.vpc("10.0.0.0/16")
	subnet, group := p.subnet(vpc), p.group(vpc, "nfs")
	return life{
		create: func() {
			id = *must(client.CreateMountTarget(p.ctx, &efs.CreateMountTargetInput{FileSystemId: &files, SubnetId: &subnet}))(p.T).MountTargetId
		},
		read: func() seen {
			return all(
				look(client.DescribeMountTargets(p.ctx, &efs.DescribeMountTargetsInput{MountTargetId: &id})),
				look(client.DescribeMountTargetSecurityGroups(p.ctx, &efs.DescribeMountTargetSecurityGroupsInput{MountTargetId: &id})),
			)
		},
		update: func() {
			must(client.ModifyMountTargetSecurityGroups(p.ctx, &efs.ModifyMountTargetSecurityGroupsInput{
				MountTargetId: &id, SecurityGroups: []string{group},
			}))(p.T)
			// What stands in a file system keeps it.
			err := failure(client.DeleteFileSystem(p.ctx, &efs.DeleteFileSystemInput{FileSystemId: &files}))
			refused(p.T, err, "FileSystemInUse", 409)
		},
		delete: func() error {
			return failure(client.DeleteMountTarget(p.ctx, &efs.DeleteMountTargetInput{MountTargetId: &id}))
		},
		gone:    "MountTargetNotFound",
		again:   "MountTargetNotFound",
		missing: 404,
	}
}

func accessPointLife(p *place) life {
	var id string
	client, files := p.files()
	return life{
		create: func() {
			id = *must(client.CreateAccessPoint(p.ctx, &efs.CreateAccessPointInput{
				FileSystemId: &files,
				PosixUser:    &types.PosixUser{Uid: aws.Int64(1001), Gid: aws.Int64(1002), SecondaryGids: []int64{5}},
				RootDirectory: &types.RootDirectory{Path: aws.String("/home"), CreationInfo: &types.CreationInfo{
					OwnerUid: aws.Int64(1001), OwnerGid: aws.Int64(1002), Permissions: aws.String("755"),
				}},
			}))(p.T).AccessPointId
		},
		read: func() seen {
			return look(client.DescribeAccessPoints(p.ctx, &efs.DescribeAccessPointsInput{AccessPointId: &id}))
		},
		update: func() {
			must(client.TagResource(p.ctx, &efs.TagResourceInput{
				ResourceId: &id, Tags: []types.Tag{{Key: aws.String("Name"), Value: aws.String("home")}},
			}))(p.T)
		},
		delete: func() error {
			return failure(client.DeleteAccessPoint(p.ctx, &efs.DeleteAccessPointInput{AccessPointId: &id}))
		},
		gone:    "AccessPointNotFound",
		again:   "AccessPointNotFound",
		missing: 404,
	}
}

func fileSystemPolicyLife(p *place) life {
	client, id := p.files()
	put := func(action string) {
		policy := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"%s"}]}`, action)
		must(client.PutFileSystemPolicy(p.ctx, &efs.PutFileSystemPolicyInput{FileSystemId: &id, Policy: &policy}))(p.T)
	}
	return life{
		create: func() { put("elasticfilesystem:ClientMount") },
		read: func() seen {
			return look(client.DescribeFileSystemPolicy(p.ctx, &efs.DescribeFileSystemPolicyInput{FileSystemId: &id}))
		},
		update: func() { put("elasticfilesystem:ClientWrite") },
		delete: func() error {
			return failure(client.DeleteFileSystemPolicy(p.ctx, &efs.DeleteFileSystemPolicyInput{FileSystemId: &id}))
		},
		gone:    "PolicyNotFound",
		missing: 404,
	}
}

// backupPolicyLife: Terraform takes one away by switching it off.
func backupPolicyLife(p *place) life {
	client, id := p.files()
	put := func(status types.Status) error {
		return failure(client.PutBackupPolicy(p.ctx, &efs.PutBackupPolicyInput{
			FileSystemId: &id, BackupPolicy: &types.BackupPolicy{Status: status},
		}))
	}
	return life{
		create: func() { p.done(put(types.StatusEnabled)) },
		read: func() seen {
			return look(client.DescribeBackupPolicy(p.ctx, &efs.DescribeBackupPolicyInput{FileSystemId: &id}))
		},
		delete: func() error { return put(types.StatusDisabled) },
		last:   `"DISABLED"`,
	}
}

func replicationLife(p *place) life {
	client, id := p.files()
	return life{
		create: func() {
			must(client.CreateReplicationConfiguration(p.ctx, &efs.CreateReplicationConfigurationInput{
				SourceFileSystemId: &id, Destinations: []types.DestinationToCreate{{Region: aws.String("us-west-2")}},
			}))(p.T)
		},
		read: func() seen {
			return look(client.DescribeReplicationConfigurations(p.ctx, &efs.DescribeReplicationConfigurationsInput{FileSystemId: &id}))
		},
		delete: func() error {
			return failure(client.DeleteReplicationConfiguration(p.ctx, &efs.DeleteReplicationConfigurationInput{SourceFileSystemId: &id}))
		},
		gone:    "ReplicationNotFound",
		again:   "ReplicationNotFound",
		missing: 404,
	}
}
