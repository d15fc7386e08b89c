// The kernels of a step: tokens of many sequences, one of each where all decode, many of some where these read their
// prompts.
//
// Compiled when an engine is opened, for the GPU and the model at hand. The matrix products between them are
// cuBLAS's; these do all the rest in as few passes as there can be, and read every key and value once, right where the
// cache keeps it.
//
// Set from outside: BRAIN (1: values are bfloat16, 0: float), WIDTH (of a head), HEADS, SHARED (heads of keys and
// values), LISTED (tokens of a shortlist), TILES (1: attendTiles can run).

typedef unsigned int u32;
typedef unsigned short u16;
typedef long long i64;

#define GROUP (HEADS / SHARED)
#define FULL 0xffffffffu
#define NOTHING __int_as_float(0xff800000)  // minus infinity

#if BRAIN
typedef u16 T;
#else
typedef float T;
#endif

__device__ __forceinline__ float wide(u16 value) { return __uint_as_float((u32)value << 16); }
__device__ __forceinline__ float wide(float value) { return value; }

// Rounds to the nearest, ties to even; NaN stays one.
__device__ __forceinline__ void put(u16* to, float value) {
  u32 bits = __float_as_uint(value);
  *to = value != value ? 0x7fc0 : (u16)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}
__device__ __forceinline__ void put(float* to, float value) { *to = value; }
__device__ __forceinline__ float rounded(float value) {
  T narrow;
  put(&narrow, value);
  return wide(narrow);
}

__device__ __forceinline__ void load8(const u16* from, float* to) {
  uint4 bits = *(const uint4*)from;
  u32 pairs[4] = {bits.x, bits.y, bits.z, bits.w};
#pragma unroll
  for (int i = 0; i < 4; i++) {
    to[2 * i] = __uint_as_float(pairs[i] << 16);
    to[2 * i + 1] = __uint_as_float(pairs[i] & 0xffff0000u);
  }
}
__device__ __forceinline__ void load8(const float* from, float* to) {
  float4 a = ((const float4*)from)[0], b = ((const float4*)from)[1];
  to[0] = a.x, to[1] = a.y, to[2] = a.z, to[3] = a.w;
  to[4] = b.x, to[5] = b.y, to[6] = b.z, to[7] = b.w;
}
__device__ __forceinline__ void store8(T* to, const float* from) {
#pragma unroll
  for (int i = 0; i < 8; i++) put(to + i, from[i]);
}

__device__ __forceinline__ float warpSum(float value) {
#pragma unroll
  for (int step = 16; step > 0; step /= 2) value += __shfl_xor_sync(FULL, value, step);
  return value;
}
__device__ __forceinline__ float warpMax(float value) {
#pragma unroll
  for (int step = 16; step > 0; step /= 2) value = fmaxf(value, __shfl_xor_sync(FULL, value, step));
  return value;
}

// Sum over the block, for every thread; `scratch` has 33 places.
__device__ float blockSum(float value, float* scratch) {
  int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  value = warpSum(value);
  __syncthreads();
  if (lane == 0) scratch[warp] = value;
  __syncthreads();
  if (warp == 0) {
    float sum = warpSum(lane < blockDim.x / 32 ? scratch[lane] : 0.f);
    if (lane == 0) scratch[32] = sum;
  }
  __syncthreads();
  return scratch[32];
}
__device__ float blockMax(float value, float* scratch) {
  int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  value = warpMax(value);
  __syncthreads();
  if (lane == 0) scratch[warp] = value;
  __syncthreads();
  if (warp == 0) {
    float max = warpMax(lane < blockDim.x / 32 ? scratch[lane] : NOTHING);
    if (lane == 0) scratch[32] = max;
  }
  __syncthreads();
  return scratch[32];
}

// The row's root mean square norm of `values`, which the threads hold in turns of eight.
__device__ __forceinline__ void normalise(
    const T* state, const T* weight, T* normed, int width, float epsilon, float squares, float* scratch) {
  float scale = rsqrtf(blockSum(squares, scratch) / width + epsilon);
  for (int i = threadIdx.x * 8; i < width; i += blockDim.x * 8) {
    float x[8], w[8];
    load8(state + i, x);
    load8(weight + i, w);
#pragma unroll
    for (int j = 0; j < 8; j++) x[j] = x[j] * scale * w[j];
    store8(normed + i, x);
  }
}

// Looks tokens up: state = embedding, normed = norm(state). A block for each row.
extern "C" __global__ void embedNorm(
    const i64* tokens, const T* embedding, const T* weight, T* states, T* normed, int width, float epsilon) {
  __shared__ float scratch[33];
  i64 row = blockIdx.x;
  const T* from = embedding + tokens[row] * width;
  T* state = states + row * width;
  float squares = 0;
  for (int i = threadIdx.x * 8; i < width; i += blockDim.x * 8) {
    float x[8];
    load8(from + i, x);
#pragma unroll
    for (int j = 0; j < 8; j++) squares += x[j] * x[j];
    store8(state + i, x);
  }
  normalise(state, weight, normed + row * width, width, epsilon, squares, scratch);
}

// state += added, normed = norm(state). A block for each row.
extern "C" __global__ void addNorm(
    T* states, const T* added, const T* weight, T* normed, int width, float epsilon) {
  __shared__ float scratch[33];
  i64 row = blockIdx.x;
  T* state = states + row * width;
  const T* more = added + row * width;
  float squares = 0;
  for (int i = threadIdx.x * 8; i < width; i += blockDim.x * 8) {
    float x[8], y[8];
    load8(state + i, x);
    load8(more + i, y);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      x[j] = rounded(x[j] + y[j]);
      squares += x[j] * x[j];
    }
    store8(state + i, x);
  }
  normalise(state, weight, normed + row * width, width, epsilon, squares, scratch);
}

// Turns queries and keys, normalising them first where there are weights for it, and writes keys and values to their
// cells and the cells to its slot's row of the table. A block for each row, a warp for each head in turn.
extern "C" __global__ void turnAndKeep(
    T* fused, const T* cosines, const T* sines, const i64* positions, const i64* cells,
    const i64* slots, int* table, int context, T* keys, T* values, const T* queryNorm, const T* keyNorm, float epsilon) {
  i64 row = blockIdx.x;
  i64 position = positions[row], cell = cells[row];
  int lane = threadIdx.x % 32;
  T* heads = fused + row * (HEADS + 2 * SHARED) * WIDTH;
  if (threadIdx.x == 0) table[slots[row] * context + position] = (int)cell;
  for (int head = threadIdx.x / 32; head < HEADS + 2 * SHARED; head += blockDim.x / 32) {
    T* from = heads + head * WIDTH;
    if (head >= HEADS + SHARED) {
      T* to = values + (cell * SHARED + head - HEADS - SHARED) * WIDTH;
      for (int i = lane; i < WIDTH; i += 32) to[i] = from[i];
      continue;
    }
    bool query = head < HEADS;
    T* to = query ? from : keys + (cell * SHARED + head - HEADS) * WIDTH;
    const T* weight = query ? queryNorm : keyNorm;
    float scale = 1;
    if (weight) {
      float squares = 0;
      for (int i = lane; i < WIDTH; i += 32) squares += wide(from[i]) * wide(from[i]);
      scale = rsqrtf(warpSum(squares) / WIDTH + epsilon);
    }
    for (int i = lane; i < WIDTH / 2; i += 32) {
      float a = wide(from[i]), b = wide(from[i + WIDTH / 2]);
      if (weight) {
        a = rounded(a * scale * wide(weight[i]));
        b = rounded(b * scale * wide(weight[i + WIDTH / 2]));
      }
      float cosine = wide(cosines[position * WIDTH + i]), sine = wide(sines[position * WIDTH + WIDTH / 2 + i]);
      put(to + i, a * cosine - b * sine);
      put(to + i + WIDTH / 2, b * cosine + a * sine);
    }
  }
}

// Attention of one query token over cells anywhere in the cache ("flash decoding": Dao et al. 2023).
//
// A block takes one row, one head of keys with all queries that share it, and one part of the row's cells. LANES
// threads read a key together, eight values each; the block's teams go through the part's cells in turn, each with a
// running softmax of its own, four cells at a time so that their reads overlap. Then the teams' sums are joined; where
// a row has several parts, the block that is done last joins those, and leaves its counter at 0 for the next time.
#define LANES (WIDTH / 8)
#define TEAMS (32 / LANES)
#define WARPS 4
#define AHEAD 4

struct Sums {
  float max[GROUP], total[GROUP], sum[GROUP][8];
};

__device__ __forceinline__ void join(
    float& max, float& total, float* sum, float otherMax, float otherTotal, const float* other) {
  float both = fmaxf(max, otherMax);
  float mine = exp2f(max - both), theirs = exp2f(otherMax - both);
  max = both;
  total = total * mine + otherTotal * theirs;
#pragma unroll
  for (int i = 0; i < 8; i++) sum[i] = sum[i] * mine + other[i] * theirs;
}

extern "C" __global__ void __launch_bounds__(32 * WARPS) attend(
    const T* __restrict__ fused, const T* __restrict__ keys, const T* __restrict__ values,
    const int* __restrict__ table, int context, const i64* __restrict__ positions, const i64* __restrict__ slots,
    T* __restrict__ collected, float* __restrict__ partial, u32* __restrict__ counters, float scale) {
  __shared__ float kept[WARPS][GROUP][WIDTH + 2];
  __shared__ bool last;
  int part = blockIdx.x, parts = gridDim.x, shared = blockIdx.y, row = blockIdx.z;
  int warp = threadIdx.x / 32, lane = threadIdx.x % 32, team = lane / LANES, place = lane % LANES;
  int length = (int)positions[row] + 1;
  int size = (length + parts - 1) / parts;
  int from = part * size, to = min(from + size, length);
  const int* cells = table + slots[row] * context;

  float query[GROUP][8];
  Sums own;
#pragma unroll
  for (int g = 0; g < GROUP; g++) {
    load8(fused + ((i64)row * (HEADS + 2 * SHARED) + shared * GROUP + g) * WIDTH + place * 8, query[g]);
    own.max[g] = -1e30f;
    own.total[g] = 0;
#pragma unroll
    for (int i = 0; i < 8; i++) {
      query[g][i] *= scale;
      own.sum[g][i] = 0;
    }
  }

  int stride = WARPS * TEAMS;
  for (int begin = from + warp * TEAMS + team; begin - team < to; begin += stride * AHEAD) {
    float key[AHEAD][8], value[AHEAD][8];
    bool there[AHEAD];
#pragma unroll
    for (int a = 0; a < AHEAD; a++) {
      int at = begin + a * stride;
      there[a] = at < to;
      i64 cell = cells[there[a] ? at : length - 1];
      i64 offset = (cell * SHARED + shared) * WIDTH + place * 8;
      load8(keys + offset, key[a]);
      load8(values + offset, value[a]);
    }
#pragma unroll
    for (int a = 0; a < AHEAD; a++) {
#pragma unroll
      for (int g = 0; g < GROUP; g++) {
        float score = 0;
#pragma unroll
        for (int i = 0; i < 8; i++) score += query[g][i] * key[a][i];
#pragma unroll
        for (int step = LANES / 2; step > 0; step /= 2) score += __shfl_xor_sync(FULL, score, step);
        score = there[a] ? score : -1e30f;
        float max = fmaxf(own.max[g], score);
        float before = exp2f(own.max[g] - max), now = there[a] ? exp2f(score - max) : 0.f;
        own.max[g] = max;
        own.total[g] = own.total[g] * before + now;
#pragma unroll
        for (int i = 0; i < 8; i++) own.sum[g][i] = own.sum[g][i] * before + value[a][i] * now;
      }
    }
  }

#pragma unroll
  for (int g = 0; g < GROUP; g++) {
#pragma unroll
    for (int step = LANES; step < 32; step *= 2) {
      float other[8];
      float otherMax = __shfl_xor_sync(FULL, own.max[g], step), otherTotal = __shfl_xor_sync(FULL, own.total[g], step);
#pragma unroll
      for (int i = 0; i < 8; i++) other[i] = __shfl_xor_sync(FULL, own.sum[g][i], step);
      join(own.max[g], own.total[g], own.sum[g], otherMax, otherTotal, other);
    }
    if (team == 0) {
#pragma unroll
      for (int i = 0; i < 8; i++) kept[warp][g][place * 8 + i] = own.sum[g][i];
      if (place == 0) {
        kept[warp][g][WIDTH] = own.max[g];
        kept[warp][g][WIDTH + 1] = own.total[g];
      }
    }
  }
  __syncthreads();

  i64 first = ((i64)row * SHARED + shared) * parts;
  T* out = collected + ((i64)row * HEADS + shared * GROUP) * WIDTH;
  for (int at = threadIdx.x; at < GROUP * WIDTH; at += blockDim.x) {
    int g = at / WIDTH, i = at % WIDTH;
    float max = -1e30f, total = 0, sum = 0;
#pragma unroll
    for (int w = 0; w < WARPS; w++) max = fmaxf(max, kept[w][g][WIDTH]);
#pragma unroll
    for (int w = 0; w < WARPS; w++) {
      float factor = exp2f(kept[w][g][WIDTH] - max);
      total += kept[w][g][WIDTH + 1] * factor;
      sum += kept[w][g][i] * factor;
    }
    if (parts == 1) {
      put(out + at, sum / total);
    } else {
      float* mine = partial + ((first + part) * GROUP + g) * (WIDTH + 2);
      mine[i] = sum;
      if (i == 0) {
        mine[WIDTH] = max;
        mine[WIDTH + 1] = total;
      }
    }
  }
  if (parts == 1) return;

  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) last = atomicInc(counters + row * SHARED + shared, parts - 1) == parts - 1;
  __syncthreads();
  if (!last) return;
  __threadfence();
  for (int at = threadIdx.x; at < GROUP * WIDTH; at += blockDim.x) {
    int g = at / WIDTH, i = at % WIDTH;
    float max = -1e30f, total = 0, sum = 0;
    for (int p = 0; p < parts; p++) {
      const volatile float* other = partial + ((first + p) * GROUP + g) * (WIDTH + 2);
      float theirs = other[WIDTH], both = fmaxf(max, theirs);
      float mine = exp2f(max - both), factor = exp2f(theirs - both);
      total = total * mine + other[WIDTH + 1] * factor;
      sum = sum * mine + other[i] * factor;
      max = both;
    }
    put(out + at, sum / total);
  }
}

// Attention of many tokens of one sequence ("FlashAttention-2": Dao 2023), for bfloat16.
//
// A block takes a tile: neighbouring rows of one sequence, with one head of keys and all queries that share it, which
// makes QUERIES queries at most. It goes through the sequence's cells a stretch at a time: brings their keys and values
// to shared memory, multiplies each warp's 16 queries with them on the tensor cores, and keeps a running softmax. What
// a row must not see yet counts as minus infinity. Rows of memory are padded so that the warp's reads do not collide.
#if TILES
#define QUERIES 64
#define STRETCH 64
#define PITCH (WIDTH + 8)

// Two numbers in the order of memory.
__device__ __forceinline__ u32 couple(float low, float high) {
  u32 bits;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(high), "f"(low));
  return bits;
}

// sum[16, 8] += a[16, 16] * b[16, 8]
__device__ __forceinline__ void multiply(float* sum, const u32* a, u32 low, u32 high) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(low), "r"(high));
}

// Four 8 x 8 matrices, transposed; each lane names a row.
__device__ __forceinline__ void loadTransposed(u32* into, const T* from) {
  u32 address = (u32)__cvta_generic_to_shared(from);
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(into[0]), "=r"(into[1]), "=r"(into[2]), "=r"(into[3])
               : "r"(address));
}

extern "C" __global__ void __launch_bounds__(32 * WARPS) attendTiles(
    const T* __restrict__ fused, const T* __restrict__ keys, const T* __restrict__ values,
    const int* __restrict__ table, int context, const i64* __restrict__ positions, const i64* __restrict__ slots,
    const i64* __restrict__ tiles, T* __restrict__ collected, float scale) {
  __shared__ __align__(16) T keyTile[STRETCH * PITCH];
  __shared__ __align__(16) T valueTile[STRETCH * PITCH];
  i64 tile = tiles[blockIdx.x];
  int first = (int)(tile & 0xffffffff), rows = (int)(tile >> 32), shared = blockIdx.y;
  int warp = threadIdx.x / 32, lane = threadIdx.x % 32, line = lane / 4, column = lane % 4 * 2;
  int length = (int)positions[first + rows - 1] + 1;
  const int* cells = table + slots[first] * context;

  // A thread holds parts of two queries, eight lines apart; those beyond the tile see nothing.
  int row[2], head[2], seen[2];
  u32 query[WIDTH / 16][4];
#pragma unroll
  for (int h = 0; h < 2; h++) {
    int at = warp * 16 + line + 8 * h;
    bool there = at / GROUP < rows;
    row[h] = first + (there ? at / GROUP : 0);
    head[h] = shared * GROUP + at % GROUP;
    seen[h] = there ? (int)positions[row[h]] + 1 : 0;
    const T* from = fused + ((i64)row[h] * (HEADS + 2 * SHARED) + head[h]) * WIDTH + column;
#pragma unroll
    for (int k = 0; k < WIDTH / 16; k++) {
      query[k][h] = *(const u32*)(from + k * 16);
      query[k][h + 2] = *(const u32*)(from + k * 16 + 8);
    }
  }

  float sum[WIDTH / 8][4] = {};
  float max[2] = {-1e30f, -1e30f}, total[2] = {0, 0};
  for (int from = 0; from < length; from += STRETCH) {
    __syncthreads();
    for (int i = threadIdx.x; i < STRETCH * (WIDTH / 8); i += 32 * WARPS) {
      int at = i / (WIDTH / 8), part = i % (WIDTH / 8) * 8;
      i64 offset = ((i64)cells[min(from + at, length - 1)] * SHARED + shared) * WIDTH + part;
      *(uint4*)(keyTile + at * PITCH + part) = *(const uint4*)(keys + offset);
      *(uint4*)(valueTile + at * PITCH + part) = *(const uint4*)(values + offset);
    }
    __syncthreads();

    float score[STRETCH / 8][4] = {};
#pragma unroll
    for (int n = 0; n < STRETCH / 8; n++) {
      const T* key = keyTile + (n * 8 + line) * PITCH + column;
#pragma unroll
      for (int k = 0; k < WIDTH / 16; k++) {
        multiply(score[n], query[k], *(const u32*)(key + k * 16), *(const u32*)(key + k * 16 + 8));
      }
    }
    float top[2] = {max[0], max[1]};
#pragma unroll
    for (int n = 0; n < STRETCH / 8; n++) {
#pragma unroll
      for (int j = 0; j < 4; j++) {
        bool sees = from + n * 8 + column + j % 2 < seen[j / 2];
        score[n][j] = sees ? score[n][j] * scale : NOTHING;
        top[j / 2] = fmaxf(top[j / 2], score[n][j]);
      }
    }
#pragma unroll
    for (int h = 0; h < 2; h++) {
      top[h] = fmaxf(top[h], __shfl_xor_sync(FULL, top[h], 1));
      top[h] = fmaxf(top[h], __shfl_xor_sync(FULL, top[h], 2));
      float before = exp2f(max[h] - top[h]);
      max[h] = top[h];
      total[h] *= before;
#pragma unroll
      for (int d = 0; d < WIDTH / 8; d++) {
        sum[d][2 * h] *= before;
        sum[d][2 * h + 1] *= before;
      }
    }
#pragma unroll
    for (int n = 0; n < STRETCH / 8; n++) {
#pragma unroll
      for (int j = 0; j < 4; j++) {
        score[n][j] = exp2f(score[n][j] - max[j / 2]);
        total[j / 2] += score[n][j];
      }
    }
#pragma unroll
    for (int k = 0; k < STRETCH / 16; k++) {
      const float *left = score[2 * k], *right = score[2 * k + 1];
      u32 weight[4] = {
          couple(left[0], left[1]), couple(left[2], left[3]), couple(right[0], right[1]), couple(right[2], right[3])};
#pragma unroll
      for (int d = 0; d < WIDTH / 16; d++) {
        u32 value[4];
        loadTransposed(value, valueTile + (k * 16 + lane % 16) * PITCH + d * 16 + lane / 16 * 8);
        multiply(sum[2 * d], weight, value[0], value[1]);
        multiply(sum[2 * d + 1], weight, value[2], value[3]);
      }
    }
  }

#pragma unroll
  for (int h = 0; h < 2; h++) {
    total[h] += __shfl_xor_sync(FULL, total[h], 1);
    total[h] += __shfl_xor_sync(FULL, total[h], 2);
    if (seen[h] == 0) continue;
    T* out = collected + ((i64)row[h] * HEADS + head[h]) * WIDTH + column;
#pragma unroll
    for (int d = 0; d < WIDTH / 8; d++) {
      *(u32*)(out + d * 8) = couple(sum[d][2 * h] / total[h], sum[d][2 * h + 1] / total[h]);
    }
  }
}
#endif

// inner = silu(gate) * up, where each row of `fused` holds gate and up one behind the other.
extern "C" __global__ void gate(const T* fused, T* inner, int width) {
  i64 row = blockIdx.y;
  int i = (blockIdx.x * blockDim.x + threadIdx.x) * 8;
  if (i >= width) return;
  float g[8], u[8];
  load8(fused + row * 2 * width + i, g);
  load8(fused + row * 2 * width + width + i, u);
#pragma unroll
  for (int j = 0; j < 8; j++) g[j] = g[j] / (1 + __expf(-g[j])) * u[j];
  store8(inner + row * width + i, g);
}

// Packs a row of logits: sums, and the tokens that may matter. A block for each row.
//
// Tokens are counted by how far below the largest they lie, in steps of 1/64; those of the first steps that hold
// LISTED tokens at most are listed. What lies 16 below is never listed: a six-millionth of the largest.
#define STEPS 1024

extern "C" __global__ void __launch_bounds__(1024) condense(
    const T* logits, i64 stride, int vocabulary, const double* temperatures, const i64* wanted, float* packed,
    int packedWidth) {
  __shared__ float scratch[33];
  __shared__ int counts[STEPS];
  __shared__ int border, listed;
  i64 row = blockIdx.x;
  const T* z = logits + row * stride;
  float* out = packed + row * packedWidth;
  float temperature = (float)temperatures[row];
  float heat = temperature > 0 ? 1 / temperature : 1.f;

  float max = NOTHING, sum = 0;
  bool broken = false;
  for (int i = threadIdx.x * 8; i < vocabulary; i += blockDim.x * 8) {
    float value[8];
    load8(z + i, value);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      if (i + j < vocabulary) {
        broken = broken || value[j] != value[j];
        max = fmaxf(max, value[j]);
        sum += value[j];
      }
    }
  }
  for (int i = threadIdx.x; i < STEPS; i += blockDim.x) counts[i] = 0;
  if (threadIdx.x == 0) listed = 0;
  max = blockMax(max, scratch);
  float mean = blockSum(sum, scratch) / vocabulary;
  float anyBroken = blockSum(broken ? 1.f : 0.f, scratch);

  float total = 0, heated = 0;
  for (int i = threadIdx.x * 8; i < vocabulary; i += blockDim.x * 8) {
    float value[8];
    load8(z + i, value);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      if (i + j < vocabulary) {
        float below = max - value[j];
        total += __expf(-below);
        heated += __expf(-below * heat);
        if (below < STEPS / 64.f) atomicAdd(&counts[(int)(below * 64)], 1);
      }
    }
  }
  total = blockSum(total, scratch);
  heated = blockSum(heated, scratch);

  if (threadIdx.x < 32) {
    int before = 0, found = -1;
    for (int chunk = 0; chunk < STEPS; chunk += 32) {
      int reached = counts[chunk + threadIdx.x];
#pragma unroll
      for (int step = 1; step < 32; step *= 2) {
        int other = __shfl_up_sync(FULL, reached, step);
        if (threadIdx.x >= step) reached += other;
      }
      reached += before;
      u32 fits = __ballot_sync(FULL, reached <= LISTED);
      found += __popc(fits);
      before = __shfl_sync(FULL, reached, 31);
      if (fits != FULL) break;
    }
    if (threadIdx.x == 0) border = found;
  }
  __syncthreads();

  float floor = NOTHING;
  int last = border;
  float* values = out + 7;
  int* tokens = (int*)(out + 7 + LISTED);
  for (int i = threadIdx.x * 8; i < vocabulary; i += blockDim.x * 8) {
    float value[8];
    load8(z + i, value);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      if (i + j < vocabulary) {
        float below = max - value[j];
        if (below < STEPS / 64.f && (int)(below * 64) <= last) {
          int at = atomicAdd(&listed, 1);
          values[at] = value[j];
          tokens[at] = i + j;
        } else {
          floor = fmaxf(floor, value[j]);
        }
      }
    }
  }
  floor = blockMax(floor, scratch);
  if (threadIdx.x == 0) {
    out[0] = anyBroken > 0 ? __uint_as_float(0x7fc00000) : max + logf(total);
    double sum = (temperature > 0 ? (double)max / temperature : max) + logf(heated);  // large where T is small
    out[1] = (float)sum;
    out[6] = (float)(sum - (float)sum);
    out[2] = mean;
    out[3] = floor;
    ((int*)out)[4] = listed;
    out[5] = wide(z[wanted[row] < 0 ? 0 : wanted[row]]);
  }
}
