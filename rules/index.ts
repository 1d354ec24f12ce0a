// The rules, one line each, in the order of the catalogue.
import type { Rule } from '../src/model/rule.ts'
import kafkaAcksBelowAll from './kafka/acks-below-all.ts'
import kafkaAutoCreateTopics from './kafka/auto-create-topics.ts'
import kafkaCompactionDestroysHistory from './kafka/compaction-destroys-history.ts'
import kafkaConsumersExceedPartitions from './kafka/consumers-exceed-partitions.ts'
import kafkaDevModeInProduction from './kafka/dev-mode-in-production.ts'
import kafkaEphemeralStorage from './kafka/ephemeral-storage.ts'
import kafkaIdempotenceOff from './kafka/idempotence-off.ts'
import kafkaInternalTopicsReplication from './kafka/internal-topics-replication.ts'
import kafkaLargeMessages from './kafka/large-messages.ts'
import kafkaLogDirsFollowHostname from './kafka/log-dirs-follow-hostname.ts'
import kafkaMinIsrEqualsReplication from './kafka/min-isr-equals-replication.ts'
import kafkaMinIsrOne from './kafka/min-isr-one.ts'
import kafkaNoLagMonitoring from './kafka/no-lag-monitoring.ts'
import kafkaNoSchemaContract from './kafka/no-schema-contract.ts'
import kafkaOffsetResetSkipsData from './kafka/offset-reset-skips-data.ts'
import kafkaOverkillSingleFlow from './kafka/overkill-single-flow.ts'
import kafkaReplicationExceedsBrokers from './kafka/replication-exceeds-brokers.ts'
import kafkaRequestReplyOnRequestPath from './kafka/request-reply-on-request-path.ts'
import kafkaRetentionBelowConsumerDowntime from './kafka/retention-below-consumer-downtime.ts'
import kafkaRetentionBytesCutsWindow from './kafka/retention-bytes-cuts-window.ts'
import kafkaSegmentDelaysDeletion from './kafka/segment-delays-deletion.ts'
import kafkaSharedConsumerGroup from './kafka/shared-consumer-group.ts'
import kafkaSingleBrokerDurable from './kafka/single-broker-durable.ts'
import kafkaSingleController from './kafka/single-controller.ts'
import kafkaStateTopicExpires from './kafka/state-topic-expires.ts'
import kafkaTopicReplicationBelowCluster from './kafka/topic-replication-below-cluster.ts'
import kafkaUncleanLeaderElection from './kafka/unclean-leader-election.ts'
import kafkaUsedAsCache from './kafka/used-as-cache.ts'
import kafkaUsedAsSharedState from './kafka/used-as-shared-state.ts'
import kafkaVolumeNotOnLogDirs from './kafka/volume-not-on-log-dirs.ts'
import redisCacheNoeviction from './redis/cache-noeviction.ts'
import redisCacheWithoutMaxmemory from './redis/cache-without-maxmemory.ts'
import redisChartOverrideDropsAof from './redis/chart-override-drops-aof.ts'
import redisClusterDatabaseIndex from './redis/cluster-database-index.ts'
import redisConfigFileNotLoaded from './redis/config-file-not-loaded.ts'
import redisDurableRoleSnapshotOnly from './redis/durable-role-snapshot-only.ts'
import redisDurableRoleWithoutPersistence from './redis/durable-role-without-persistence.ts'
import redisDurableRoleWithoutVolume from './redis/durable-role-without-volume.ts'
import redisEvictionPolicyInert from './redis/eviction-policy-inert.ts'
import redisKeyspaceEventsAsScheduler from './redis/keyspace-events-as-scheduler.ts'
import redisLimitWithoutMaxmemory from './redis/limit-without-maxmemory.ts'
import redisLockOnEvictingInstance from './redis/lock-on-evicting-instance.ts'
import redisManagedDefaultEvicts from './redis/managed-default-evicts.ts'
import redisMaxmemoryTooCloseToLimit from './redis/maxmemory-too-close-to-limit.ts'
import redisMixedRolesOneInstance from './redis/mixed-roles-one-instance.ts'
import redisNonpersistentPrimaryAutoRestart from './redis/nonpersistent-primary-auto-restart.ts'
import redisQueueLibraryOnCluster from './redis/queue-library-on-cluster.ts'
import redisSentinelTakenForStore from './redis/sentinel-taken-for-store.ts'
import redisSettingNeverRead from './redis/setting-never-read.ts'
import redisVisibilityBelowTimeLimit from './redis/visibility-below-time-limit.ts'
import redisWritesReachReplicas from './redis/writes-reach-replicas.ts'
import kafkaSettingNeverRead from './kafka/setting-never-read.ts'
import kafkaZookeeperNotKept from './kafka/zookeeper-not-kept.ts'
import redisOverPersistentCache from './redis/over-persistent-cache.ts'
import redisQueueOnEvictingInstance from './redis/queue-on-evicting-instance.ts'
import redisRolloutSharesData from './redis/rollout-shares-data.ts'
import redisRateLimitOnEvictingInstance from './redis/rate-limit-on-evicting-instance.ts'
import redisReplicaReadsNeedFreshness from './redis/replica-reads-need-freshness.ts'
import redisReplicasNotRequiredForWrites from './redis/replicas-not-required-for-writes.ts'
import redisSessionOnEvictingInstance from './redis/session-on-evicting-instance.ts'
import redisSharedByUnrelatedApps from './redis/shared-by-unrelated-apps.ts'
import redisSourceOfTruth from './redis/source-of-truth.ts'
import redisVolumeNotOnDataDir from './redis/volume-not-on-data-dir.ts'
import kafkaClaimsDeletedWithCluster from './kafka/claims-deleted-with-cluster.ts'
import kafkaCompactedWithoutKey from './kafka/compacted-without-key.ts'
import kafkaDiskBudgetOverflow from './kafka/disk-budget-overflow.ts'
import kafkaExactlyOnceGap from './kafka/exactly-once-gap.ts'
import kafkaLatencyGoalUnreachable from './kafka/latency-goal-unreachable.ts'
import kafkaOffsetsExpireBeforeReturn from './kafka/offsets-expire-before-return.ts'
import kafkaOrderingWithoutKey from './kafka/ordering-without-key.ts'
import kafkaPartitionGrowthBreaksOrdering from './kafka/partition-growth-breaks-ordering.ts'
import kafkaRetentionBelowReplayWindow from './kafka/retention-below-replay-window.ts'
import kafkaSlowConsumerRebalance from './kafka/slow-consumer-rebalance.ts'
import kafkaTombstoneWindowTooShort from './kafka/tombstone-window-too-short.ts'
import redisAuthoritativeCounterVolatile from './redis/authoritative-counter-volatile.ts'
import redisCacheInvalidationUnowned from './redis/cache-invalidation-unowned.ts'
import redisCacheVolatileWithoutTtl from './redis/cache-volatile-without-ttl.ts'
import redisDatasetOverMemory from './redis/dataset-over-memory.ts'
import redisEventLogInRedis from './redis/event-log-in-redis.ts'
import redisFinishedJobsKeptForever from './redis/finished-jobs-kept-forever.ts'
import redisHotKey from './redis/hot-key.ts'
import redisLargeValues from './redis/large-values.ts'
import redisLockOnAsyncFailover from './redis/lock-on-async-failover.ts'
import redisPubsubAsEventBus from './redis/pubsub-as-event-bus.ts'
import redisPubsubSlowSubscriber from './redis/pubsub-slow-subscriber.ts'
import redisStopGraceTooShort from './redis/stop-grace-too-short.ts'
import redisStreamRetentionBelowReplay from './redis/stream-retention-below-replay.ts'
import redisStreamUnbounded from './redis/stream-unbounded.ts'
import redisTtlMissing from './redis/ttl-missing.ts'
import pairConsiderKafka from './pair/consider-kafka.ts'
import pairConsiderRedis from './pair/consider-redis.ts'
import pairDerivedStateCannotRebuild from './pair/derived-state-cannot-rebuild.ts'
import pairDualWrite from './pair/dual-write.ts'
import pairDuplicateEventPath from './pair/duplicate-event-path.ts'
import pairNoServingLayer from './pair/no-serving-layer.ts'
import pairToolsSwapped from './pair/tools-swapped.ts'
import specConsumerDrift from './spec/consumer-drift.ts'
import specContradictoryRequirements from './spec/contradictory-requirements.ts'
import specDeclaredNotDeployed from './spec/declared-not-deployed.ts'
import specDurabilityDrift from './spec/durability-drift.ts'
import specMissingSignal from './spec/missing-signal.ts'
import specOrderingUnachievable from './spec/ordering-unachievable.ts'
import specReplayOnRedis from './spec/replay-on-redis.ts'
import specRoleDrift from './spec/role-drift.ts'
import specTopicDrift from './spec/topic-drift.ts'
import specUndeclaredComponent from './spec/undeclared-component.ts'
import specWaiverExpired from './spec/waiver-expired.ts'

export const rules: readonly Rule[] = [
  redisQueueOnEvictingInstance,
  redisDurableRoleWithoutPersistence,
  redisDurableRoleWithoutVolume,
  redisVolumeNotOnDataDir,
  redisDurableRoleSnapshotOnly,
  redisConfigFileNotLoaded,
  redisChartOverrideDropsAof,
  redisMixedRolesOneInstance,
  redisCacheWithoutMaxmemory,
  redisCacheNoeviction,
  redisEvictionPolicyInert,
  redisLimitWithoutMaxmemory,
  redisMaxmemoryTooCloseToLimit,
  redisOverPersistentCache,
  redisLockOnEvictingInstance,
  redisSessionOnEvictingInstance,
  redisRateLimitOnEvictingInstance,
  redisSourceOfTruth,
  redisKeyspaceEventsAsScheduler,
  redisReplicaReadsNeedFreshness,
  redisNonpersistentPrimaryAutoRestart,
  redisReplicasNotRequiredForWrites,
  redisClusterDatabaseIndex,
  redisQueueLibraryOnCluster,
  redisSentinelTakenForStore,
  redisWritesReachReplicas,
  redisVisibilityBelowTimeLimit,
  redisSettingNeverRead,
  redisRolloutSharesData,
  redisSharedByUnrelatedApps,
  redisManagedDefaultEvicts,
  redisAuthoritativeCounterVolatile,
  redisCacheInvalidationUnowned,
  redisCacheVolatileWithoutTtl,
  redisDatasetOverMemory,
  redisEventLogInRedis,
  redisFinishedJobsKeptForever,
  redisHotKey,
  redisLargeValues,
  redisLockOnAsyncFailover,
  redisPubsubAsEventBus,
  redisPubsubSlowSubscriber,
  redisStopGraceTooShort,
  redisStreamRetentionBelowReplay,
  redisStreamUnbounded,
  redisTtlMissing,
  kafkaUsedAsCache,
  kafkaUsedAsSharedState,
  kafkaRequestReplyOnRequestPath,
  kafkaOverkillSingleFlow,
  kafkaEphemeralStorage,
  kafkaVolumeNotOnLogDirs,
  kafkaZookeeperNotKept,
  kafkaClaimsDeletedWithCluster,
  kafkaSettingNeverRead,
  kafkaLogDirsFollowHostname,
  kafkaTopicReplicationBelowCluster,
  kafkaSingleBrokerDurable,
  kafkaReplicationExceedsBrokers,
  kafkaInternalTopicsReplication,
  kafkaMinIsrOne,
  kafkaMinIsrEqualsReplication,
  kafkaUncleanLeaderElection,
  kafkaAcksBelowAll,
  kafkaIdempotenceOff,
  kafkaRetentionBelowConsumerDowntime,
  kafkaRetentionBytesCutsWindow,
  kafkaOffsetResetSkipsData,
  kafkaCompactionDestroysHistory,
  kafkaStateTopicExpires,
  kafkaConsumersExceedPartitions,
  kafkaSharedConsumerGroup,
  kafkaAutoCreateTopics,
  kafkaNoSchemaContract,
  kafkaNoLagMonitoring,
  kafkaSingleController,
  kafkaDevModeInProduction,
  kafkaLargeMessages,
  kafkaSegmentDelaysDeletion,
  kafkaCompactedWithoutKey,
  kafkaDiskBudgetOverflow,
  kafkaExactlyOnceGap,
  kafkaLatencyGoalUnreachable,
  kafkaOffsetsExpireBeforeReturn,
  kafkaOrderingWithoutKey,
  kafkaPartitionGrowthBreaksOrdering,
  kafkaRetentionBelowReplayWindow,
  kafkaSlowConsumerRebalance,
  kafkaTombstoneWindowTooShort,
  pairConsiderKafka,
  pairConsiderRedis,
  pairDerivedStateCannotRebuild,
  pairDualWrite,
  pairDuplicateEventPath,
  pairNoServingLayer,
  pairToolsSwapped,
  specConsumerDrift,
  specContradictoryRequirements,
  specDeclaredNotDeployed,
  specDurabilityDrift,
  specMissingSignal,
  specOrderingUnachievable,
  specReplayOnRedis,
  specRoleDrift,
  specTopicDrift,
  specUndeclaredComponent,
  specWaiverExpired,
]
