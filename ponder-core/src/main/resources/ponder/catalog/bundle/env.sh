# To be sourced on the GPU machine: puts the command ponder on the PATH and lets it find the CUDA
# libraries of a PyTorch from wheels, or of a toolkit. PONDER_ROOT is where Ponder was unpacked.
PONDER_ROOT=${PONDER_ROOT:-/opt/ponder}
for ponder_folder in \
  "$(python3 -c 'import site; print(site.getsitepackages()[0])' 2> /dev/null || true)"/nvidia/*/lib \
  /usr/local/cuda/lib64 /usr/local/cuda/extras/CUPTI/lib64; do
  if [ -d "$ponder_folder" ]; then
    LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$ponder_folder
  fi
done
unset ponder_folder
PONDER_HOME=$PONDER_ROOT/home
PATH=$PONDER_ROOT/bin:$PATH
export PONDER_ROOT PONDER_HOME LD_LIBRARY_PATH PATH
