#!/usr/bin/env bash
# Works off the shards of `collect --batch-export shards --shards 100` with vllm run-batch:
#
#   sbatch --array=0-99%8 slurm-vllm.sh
#
# and what `collect --batch-import shards` found to be missing:
#
#   sbatch --array="$(paste -sd, shards/missing.txt)%8" slurm-vllm.sh
#
#SBATCH --job-name=label-shards
#SBATCH --gres=gpu:1
#SBATCH --requeue
set -euo pipefail

cd "${SHARDS:-shards}"
shard=$(printf 'shard-%05d.jsonl' "$SLURM_ARRAY_TASK_ID")
mkdir -p results
if [ -e "results/$shard" ]; then exit 0; fi
vllm run-batch -i "requests/$shard" -o "results/$shard.part" --model "${MODEL:-openai/gpt-oss-safeguard-20b}"
mv "results/$shard.part" "results/$shard"
