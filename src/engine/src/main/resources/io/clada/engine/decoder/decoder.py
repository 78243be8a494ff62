# The forward pass, as TorchScript: this file is the code of the archive that libtorch loads (DecoderArchive.java zips it).
#
# Pure functions of weights, cache and inputs: Java owns every tensor, and all policy. A call runs N rows (positions) of one or more
# sequences: first those of sequence 0 in order, then those of sequence 1, and so on.
#   D hidden size, H heads, G key-value heads, E head size, F neurons, V vocabulary, L layers, S cache positions
#   shape   [H, G, E, norm: 0 RMS, 1 layer; gated: 0, 1; activation: 0 silu, 1 gelu, 2 gelu by tanh, 3 relu; residual: 0 sequential, 1 post-norm,
#           2 parallel; kernel for one row, kernel for several rows, parts: see `kernel`, `sparse`; attention over several rows: 0 a sequence
#           at a time, 1 flash attention for all in one call; kernels for one row and for several where the weights of an output are one row],
#           then the window of each layer, 0: none
#   ws      per layer twelve tensors: norm, its bias, qkv [D, (H+2G)E], its bias, o [HE, D], its bias, norm, its bias, up [D, F] or gate and
#           up [D, 2F], its bias, down [F, D], its bias. What a family lacks has no elements. Matrices are transposed, so that the weights
#           of one input are one row. In eight bits: uint8 [in * parts, out / parts + 8], each row with its scale and offset behind
#   ends    embedding [V, W], projection [W, D], positions, final norm, its bias, projection [D, W], head [W, V], its bias,
#           rotation [S, R/2, 2]: cosine and sine for the first R numbers of a head, whose pairs are neighbours
#   kvs     key-value cache of each sequence [L, S, 2G, E], updated in place
#   ids     token ids of the rows;  starts, counts: first position and number of rows of each sequence
#   thresholds, floors   four per layer, for the inputs of qkv, o, up, down (see `select`). In a call of several rows what is left out is
#           a zero and saves nothing, and there is one threshold per row: those of a layer's qkv for all rows, those of its o, ...
class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def forward(self: __torch__.Decoder, x: Tensor) -> Tensor:
    return x

  # The inputs that count: those whose magnitude exceeds the threshold, but never fewer than the floor's number of the largest. A threshold is at
  # most about what sixteen bits hold.
  def select(self: __torch__.Decoder, x: Tensor, threshold: float, floor: int) -> Tensor:
    index = torch.nonzero(torch.hardshrink(x, ops.prim.min(threshold, 60000.0))).view([-1])
    if index.size(0) < floor:
      index = torch.topk(torch.abs(x), floor, -1, True, False)[1]
    return index

  # The sparse product: x @ w for rows x [M, in] without the terms whose input is not in the index. Only the rows of w that count are read.
  # The outputs are split in as many parts as there are cores, which shifts [parts, 1] number; on an accelerator (none) the inputs are, over 64 bags.
  # One function, so that a native kernel can take its place.
  def sparse(self: __torch__.Decoder, x: Tensor, w: Tensor, index: Tensor, shifts: Tensor) -> Tensor:
    n = index.size(0)
    rows = x.size(0)
    scale = x.index_select(1, index)
    parts = shifts.size(0)
    if w.dtype == 0:
      parts = w.size(0) // x.size(1)
    elif parts > 1 and w.size(1) % parts > 0:
      parts = 1
    if parts == 0:
      offsets = torch.arange(0, n, (n + 63) // 64, device=x.device)
      return torch.embedding_bag(w, index, offsets, False, 0, False, scale.flatten(), False)[0].sum([0], True)
    if parts > 1:
      index = torch.add(shifts, index, alpha=parts).view([-1])
      scale = scale.unsqueeze(1).expand([rows, parts, n])
    if rows > 1:
      index = index.repeat([rows])
    scale = scale.reshape([-1])
    offsets = torch.arange(0, index.size(0), n)
    if w.dtype == 0:
      # Of a single input `expand` makes one number that stands for all; this operation would read on behind it.
      y = ops.quantized.embedding_bag_byte_rowwise_offsets(w, index, offsets, False, 0, False, scale.contiguous(), None, False)
    else:
      y = torch.embedding_bag(w.view([-1, w.size(1) // parts]), index, offsets, False, 0, False, scale, False)[0]
    return y.view([rows, -1])

  # How rows are multiplied with matrices that are like w. 0: matmul; 1: oneDNN's; 2: the sparse product of all inputs, for which the weights of an input
  # must be one row; eight bits have but that. 3: oneDNN's, told that the weights are the rows and the rows the weights: where the weights of an output are
  # one row (sets of neurons, a head that is the embedding as well), it takes several times as long for sixteen rows as for eight else.
  def kernel(self: __torch__.Decoder, w: Tensor, rows: int, shape: List[int]) -> int:
    straight = torch.is_contiguous(w)
    place = 11
    if straight:
      place = 7
    if rows > 1:
      place = place + 1
    kernel = shape[place]
    if w.dtype == 0:
      kernel = 2
    elif kernel == 1 and not straight and rows > 7:
      kernel = 3
    return kernel

  # x @ w for rows x [N, in], anew.
  def multiply(self: __torch__.Decoder, x: Tensor, w: Tensor, kernel: int, shifts: Tensor) -> Tensor:
    if kernel == 0:
      y = torch.mm(x, w)
    elif kernel == 1:
      y = ops.mkldnn._linear_pointwise(x, w.t(), None, "none", annotate(List[Optional[number]], []), "")
    elif kernel == 2:
      y = (self).sparse(x, w, torch.arange(x.size(1)), shifts)
    else:
      y = ops.mkldnn._linear_pointwise(w.t(), x.contiguous(), None, "none", annotate(List[Optional[number]], []), "").t().contiguous()
    return y

  def shifts(self: __torch__.Decoder, shape: List[int]) -> Tensor:
    return torch.arange(shape[9]).unsqueeze(1)

  def dense(self: __torch__.Decoder, x: Tensor, w: Tensor, shape: List[int]) -> Tensor:
    return (self).multiply(x, w, (self).kernel(w, x.size(0), shape), (self).shifts(shape))

  # What `select` would keep, for several rows with a threshold each: [N, in], true or false.
  def keep(self: __torch__.Decoder, x: Tensor, thresholds: List[float], floor: int) -> Tensor:
    magnitude = torch.abs(x)
    kept = magnitude > torch.tensor(thresholds, dtype=x.dtype, device=x.device).unsqueeze(1)
    few = kept.sum([1], True) < floor
    if bool(few.any()):
      largest = torch.topk(magnitude, floor, -1, True, False)[1]
      kept = kept | (few & torch.zeros_like(kept).scatter_(1, largest, True))
    return kept

  # x @ w + bias, anew, for product s of all layers'. Appends how many inputs were used, on the average of the rows.
  def product(self: __torch__.Decoder, x: Tensor, w: Tensor, bias: Tensor, thresholds: List[float], floors: List[int], s: int, kernel: int, shifts: Tensor, used: List[float]) -> Tensor:
    inputs = x.size(1)
    floor = floors[s]
    if floor >= inputs:
      y = (self).multiply(x, w, kernel, shifts)
      used.append(float(inputs))
    elif x.size(0) > 1:
      rows = x.size(0)
      kept = (self).keep(x, thresholds[s * rows:(s + 1) * rows], floor)
      y = (self).multiply(x * kept, w, kernel, shifts)
      used.append(float(kept.sum()) / rows)
    else:
      index = (self).select(x.view([-1]), thresholds[s], floor)
      y = (self).sparse(x, w, index, shifts)
      used.append(float(index.size(0)))
    if bias.numel() > 0:
      y = torch.add_(y, bias)
    return y

  # How rows that are like h are normed. 0: by their root mean square; 1: as layers are; 2: a single row by its root mean square, whose bias is a zero,
  # in fewer operations.
  def norm_kind(self: __torch__.Decoder, h: Tensor, kind: int) -> int:
    if kind == 0 and h.size(0) == 1 and h.dtype == 6:
      kind = 2
    return kind

  def norm(self: __torch__.Decoder, x: Tensor, weight: Tensor, bias: Tensor, eps: float, kind: int) -> Tensor:
    if kind == 2:
      row = x.view([-1])
      y = torch.addcmul(bias, x, weight, value=1.0 / torch.sqrt(float(torch.dot(row, row)) / x.size(1) + eps))
    elif kind == 1:
      y = torch.layer_norm(x, [x.size(1)], weight, bias, eps)
    else:
      y = torch.rms_norm(x, [x.size(1)], weight, eps)
    return y

  # Turns pairs of neighbouring numbers of queries and keys. Values are among the turns as well, by an angle of zero: qkv [N, (H+2G)E] is then
  # turned in one piece. In place where it can be.
  def rotate(self: __torch__.Decoder, qkv: Tensor, turns: Tensor) -> Tensor:
    pairs = [qkv.size(0), turns.size(1), turns.size(2), 2]
    if qkv.dtype == 6:
      _0 = torch.mul_(torch.view_as_complex(qkv.view(pairs)), turns)
    else:
      turned = torch.view_as_real(torch.view_as_complex(qkv.to(6).view(pairs)) * turns)
      qkv = turned.to(qkv.dtype).view([qkv.size(0), -1])
    return qkv

  # What `rotate` takes: turns of the rows [N, R/2, 2], as complex numbers for all pairs of all heads [N, H+2G, E/2].
  def turns(self: __torch__.Decoder, turns: Tensor, heads: int, groups: int, width: int) -> Tensor:
    rows = turns.size(0)
    pairs = turns.size(1)
    all = torch.ones([rows, heads + 2 * groups, width // 2], dtype=9, device=turns.device)
    _0 = all.narrow(1, 0, heads + groups).narrow(2, 0, pairs).copy_(torch.view_as_complex(turns).unsqueeze(1))
    return all

  # The cache [L, S, 2G, E] of one sequence, cut up once for all layers, since a view costs a layer as much as a small product. Three lists of L tensors:
  # where the new positions go, [T, 2GE]; keys and values up to the last of them, [1, G, n, E].
  def cut(self: __torch__.Decoder, cache: Tensor, start: int, tokens: int) -> List[List[Tensor]]:
    room = torch.unbind(cache.narrow(1, start, tokens).flatten(2))
    k, v = torch.split(cache.narrow(1, 0, start + tokens).transpose(1, 2).unsqueeze(1), cache.size(2) // 2, 2)
    return [room, torch.unbind(k), torch.unbind(v)]

  # Causal attention of one sequence's new rows qkv [T, (H + 2G)E], which begin at position start, over what is cached and themselves. Gives [T, HE].
  def attend(self: __torch__.Decoder, qkv: Tensor, room: Tensor, k: Tensor, v: Tensor, start: int, heads: int, window: int) -> Tensor:
    tokens = qkv.size(0)
    groups = k.size(1)
    width = k.size(3)
    end = start + tokens
    _0 = torch.copy_(room, torch.slice(qkv, 1, heads * width))
    first = 0
    if window > 0 and start + 1 > window:
      first = start + 1 - window
      k = k.narrow(2, first, end - first)
      v = v.narrow(2, first, end - first)
    share = heads // groups
    if tokens == 1:
      q = torch.as_strided(qkv, [1, groups, share, width], [heads * width, share * width, width, 1])
      y = torch.scaled_dot_product_attention(q, k, v).reshape([1, heads * width])
    else:
      q = qkv.narrow(1, 0, heads * width).view([tokens, groups, share, width]).permute([1, 0, 2, 3]).reshape([1, groups, tokens * share, width])
      place = torch.arange(first, end, device=qkv.device)
      row = place.narrow(0, start - first, tokens).unsqueeze(1)
      visible = place <= row
      if window > 0:
        visible = visible & (place > row - window)
      visible = visible.unsqueeze(1).expand([tokens, share, end - first]).reshape([tokens * share, end - first])
      mixed = torch.scaled_dot_product_attention(q, k, v, visible)
      y = mixed.reshape([groups, tokens, share, width]).permute([1, 0, 2, 3]).reshape([tokens, heads * width])
    return y

  # The same for all sequences in one call, on an accelerator: there starting a kernel takes longer than what it does for one of them.
  # Of each sequence, rooms is where the new positions go [T, 2GE], and seen all positions up to the last of them [n, 2G, E]. limits: where each
  # one's rows end, and where its positions do when all are laid behind each other, with a zero before.
  def flash(self: __torch__.Decoder, qkv: Tensor, rooms: List[Tensor], seen: List[Tensor], counts: List[int], limits: List[Tensor], heads: int, window: int) -> Tensor:
    width = seen[0].size(2)
    fresh = torch.slice(qkv, 1, heads * width).contiguous()
    torch._foreach_copy_(rooms, torch.split_with_sizes(fresh, counts))
    most_rows = 0
    most_seen = 0
    for i in range(len(counts)):
      most_rows = ops.prim.max(most_rows, counts[i])
      most_seen = ops.prim.max(most_seen, seen[i].size(0))
    k, v = torch.unbind(torch.cat(seen).unflatten(1, [2, -1]), 1)
    back = -1
    if window > 0:
      back = window - 1
    q = qkv.narrow(1, 0, heads * width).unflatten(1, [heads, width])
    mixed = torch._flash_attention_forward(q, k, v, limits[0], limits[1], most_rows, most_seen, 0.0, True, False, window_size_left=back, window_size_right=0)[0]
    return mixed.reshape([qkv.size(0), -1])

  # Whether `flash` runs here with numbers of this type; it fails on GPUs that lack it. Attention over one position gives its value, here ones.
  def has_flash(self: __torch__.Decoder, like: Tensor, heads: int, groups: int, width: int) -> bool:
    seen = torch.zeros([1, 2 * groups, width], dtype=like.dtype, device=like.device)
    qkv = torch.ones([1, (heads + 2 * groups) * width], dtype=like.dtype, device=like.device)
    limit = torch.tensor([0, 1], dtype=3, device=like.device)
    mixed = (self).flash(qkv, [seen.flatten(1)], [seen], [1], [limit, limit], heads, 0)
    return bool((mixed == 1.0).all())

  def activate(self: __torch__.Decoder, up: Tensor, gated: int, kind: int) -> Tensor:
    gate = up
    if gated == 1:
      half = up.size(1) // 2
      gate, up = torch.split_with_sizes(up, [half, half], 1)
    if kind == 0:
      z = torch.silu(gate)
    elif kind == 1:
      z = torch.gelu(gate)
    elif kind == 2:
      z = torch.gelu(gate, approximate="tanh")
    else:
      z = torch.relu(gate)
    if gated == 1:
      z = torch.mul_(z, up)
    return z

  # The magnitudes that these shares [R] of the magnitudes [n] reach. They are counted in sixteenths of an octave and taken to lie evenly in each: the
  # larger the sample, the less is that off, and sorting takes ten times as long. The smallest number stands for zero.
  def reached(self: __torch__.Decoder, magnitudes: Tensor, ratios: Tensor) -> Tensor:
    counts = torch.histc(torch.log2(magnitudes + 1.2e-38), 4096, -128.0, 128.0)
    sums = torch.cumsum(counts, 0)
    below = (1 - ratios) * magnitudes.size(0)
    bin = torch.searchsorted(sums, below, right=True).clamp(0, 4095)
    count = counts.index_select(0, bin)
    return torch.exp2((bin + (below - sums.index_select(0, bin) + count) / count) / 16 - 128)

  # Adds to row s of the probe [L, 4, R], per ratio: the magnitude that this share of the inputs reaches, times the tokens it stands for.
  # And to that row of the losses, where there are any, the sum over the tokens of what the product x @ w would lose without the other inputs: the
  # squared norm of that over the squared norm of the product.
  def measure(self: __torch__.Decoder, x: Tensor, w: Tensor, s: int, shape: List[int], ratios: Tensor, probe: Tensor, losses: Tensor) -> None:
    flat = x.flatten()
    reached = (self).reached(torch.abs(flat[::1 + flat.numel() // 65536]).to(6), ratios)
    _0 = probe.view([-1, ratios.size(0)]).select(0, s).add_(reached, alpha=x.size(0))
    if losses.numel() > 0:
      whole = (self).dense(x, w, shape).to(6).square().sum([1]).clamp(1.0e-30)
      for i in range(ratios.size(0)):
        lost = (self).dense(x * (torch.abs(x) < reached[i]), w, shape).to(6).square().sum([1])
        _1 = losses.select(0, s).select(0, i).add_((lost / whole).sum())
    return None

  # All layers over the rows. Fills the caches and gives the last hidden states [N, D], before the final norm.
  # collect: adds the neurons' activity to `energy` [2, L, F] (sum of z^2; sum of z^2 / ||z||^2) and the inputs' magnitudes to `probe`
  # [L, 4, R], for `ratios` [R], and what leaving them out would cost to `losses` [4L, R], unless that is empty.
  def layers(self: __torch__.Decoder, shape: List[int], eps: float, ws: List[Tensor], ends: List[Tensor], kvs: List[Tensor], ids: List[int], starts: List[int], counts: List[int], thresholds: List[float], floors: List[int], collect: bool, ratios: Tensor, energy: Tensor, probe: Tensor, losses: Tensor, used: List[float]) -> Tensor:
    heads = shape[0]
    groups = shape[1]
    width = shape[2]
    residual = shape[6]
    rows = len(ids)
    device = ends[0].device
    place = annotate(List[int], [])
    for i in range(len(starts)):
      for j in range(counts[i]):
        place.append(starts[i] + j)
    positions = torch.tensor(place, device=device)
    h = ends[0].index_select(0, torch.tensor(ids, device=device))
    if h.dtype == 0:
      h = ops.quantized.embedding_bag_byte_unpack(h)
    if ends[1].numel() > 0:
      h = (self).dense(h, ends[1], shape)
    if ends[2].numel() > 0:
      h = h + ends[2].index_select(0, positions)
    rotary = ends[8].numel() > 0
    turns = ends[8]
    if rotary:
      turns = (self).turns(ends[8].index_select(0, positions), heads, groups, width)
    norm = (self).norm_kind(h, shape[3])
    shifts = (self).shifts(shape)
    kernel = (self).kernel(ws[2], rows, shape)
    up_kernel = (self).kernel(ws[8], rows, shape)
    together = shape[10] == 1 and rows > 1
    caches = annotate(List[List[List[Tensor]]], [])
    rooms = annotate(List[List[Tensor]], [])
    seen = annotate(List[List[Tensor]], [])
    limits = annotate(List[Tensor], [])
    if together:
      row_ends = [0]
      seen_ends = [0]
      for i in range(len(kvs)):
        row_ends.append(row_ends[i] + counts[i])
        seen_ends.append(seen_ends[i] + starts[i] + counts[i])
        caches.append([torch.unbind(kvs[i].narrow(1, starts[i], counts[i]).flatten(2)), torch.unbind(kvs[i].narrow(1, 0, starts[i] + counts[i]))])
      limits = torch.unbind(torch.tensor([row_ends, seen_ends], dtype=3, device=device))
      for layer in range(kvs[0].size(0)):
        room_of_layer = annotate(List[Tensor], [])
        seen_of_layer = annotate(List[Tensor], [])
        for i in range(len(kvs)):
          room_of_layer.append(caches[i][0][layer])
          seen_of_layer.append(caches[i][1][layer])
        rooms.append(room_of_layer)
        seen.append(seen_of_layer)
    else:
      for i in range(len(kvs)):
        caches.append((self).cut(kvs[i], starts[i], counts[i]))
    for layer in range(kvs[0].size(0)):
      w = layer * 12
      s = layer * 4
      x = h
      if residual != 1:
        x = (self).norm(h, ws[w], ws[w + 1], eps, norm)
      qkv = (self).product(x, ws[w + 2], ws[w + 3], thresholds, floors, s, kernel, shifts, used)
      if rotary:
        qkv = (self).rotate(qkv, turns)
      window = shape[13 + layer]
      if together:
        a = (self).flash(qkv, rooms[layer], seen[layer], counts, limits, heads, window)
      elif len(kvs) == 1:
        cache = caches[0]
        a = (self).attend(qkv, cache[0][layer], cache[1][layer], cache[2][layer], starts[0], heads, window)
      else:
        mixed = annotate(List[Tensor], [])
        at = 0
        for i in range(len(kvs)):
          cache = caches[i]
          mixed.append((self).attend(qkv.narrow(0, at, counts[i]), cache[0][layer], cache[1][layer], cache[2][layer], starts[i], heads, window))
          at = at + counts[i]
        a = torch.cat(mixed)
      o = (self).product(a, ws[w + 4], ws[w + 5], thresholds, floors, s + 1, kernel, shifts, used)
      y = x
      if residual == 2 and ws[w + 6].numel() > 0:
        y = (self).norm(h, ws[w + 6], ws[w + 7], eps, norm)
      h = torch.add_(o, h)
      if residual == 1:
        h = (self).norm(h, ws[w], ws[w + 1], eps, norm)
        y = h
      elif residual == 0:
        y = (self).norm(h, ws[w + 6], ws[w + 7], eps, norm)
      z = (self).activate((self).product(y, ws[w + 8], ws[w + 9], thresholds, floors, s + 2, up_kernel, shifts, used), shape[4], shape[5])
      h = torch.add_((self).product(z, ws[w + 10], ws[w + 11], thresholds, floors, s + 3, kernel, shifts, used), h)
      if residual == 1:
        h = (self).norm(h, ws[w + 6], ws[w + 7], eps, norm)
      if collect:
        squares = z.to(6).square()
        _0 = energy.select(0, 0).select(0, layer).add_(squares.sum([0]))
        _1 = energy.select(0, 1).select(0, layer).add_((squares / (squares.sum([-1], True) + 1.0e-30)).sum([0]))
        (self).measure(x, ws[w + 2], s, shape, ratios, probe, losses)
        (self).measure(a, ws[w + 4], s + 1, shape, ratios, probe, losses)
        (self).measure(y, ws[w + 8], s + 2, shape, ratios, probe, losses)
        (self).measure(z, ws[w + 10], s + 3, shape, ratios, probe, losses)
    return h

  # Raw logits [N, V] of hidden states, in float32.
  def head(self: __torch__.Decoder, shape: List[int], eps: float, ends: List[Tensor], h: Tensor) -> Tensor:
    if ends[3].numel() > 0:
      h = (self).norm(h, ends[3], ends[4], eps, (self).norm_kind(h, shape[3]))
    if ends[5].numel() > 0:
      h = (self).dense(h, ends[5], shape)
    logits = (self).dense(h, ends[6], shape)
    if ends[7].numel() > 0:
      logits = torch.add_(logits, ends[7])
    return logits.to(6)

  # Scores [N, V] of raw logits: each row's penalty on the tokens said before it. One list holds them all, `ends` says where each row's end.
  def penalize(self: __torch__.Decoder, logits: Tensor, penalties: List[float], said: List[int], ends: List[int]) -> Tensor:
    if len(said) == 0:
      return logits
    scores = logits.clone()
    begin = 0
    for i in range(len(ends)):
      if ends[i] > begin:
        row = scores.select(0, i)
        index = torch.tensor(said[begin:ends[i]], device=scores.device)
        old = row.index_select(0, index)
        _0 = row.index_copy_(0, index, torch.where(old < 0, old * penalties[i], old / penalties[i]))
      begin = ends[i]
    return scores

  # The next token of each row [N] from scores [N, V], in the order of Hugging Face's warpers. numbers [N, 4]: temperature, 0 is argmax; top-k,
  # 0 is all; top-p; u in [0, 1), which decides the draw. Sorts the whole vocabulary only where the likeliest `most` tokens do not hold top_p.
  def draw(self: __torch__.Decoder, scores: Tensor, numbers: Tensor, most: int) -> Tensor:
    temperature, top_k, top_p, u = torch.unbind(numbers.unsqueeze(2), 1)
    greedy = temperature == 0.0
    likeliest = torch.argmax(scores, -1, True)
    scores = scores / temperature.masked_fill(greedy, 1.0).to(6)
    cut = top_k > 0
    whole = torch.logsumexp(scores, [-1], True).to(7)
    best, order = torch.topk(scores, ops.prim.min(most, scores.size(1)), -1, True, True)
    p = torch.exp(best.to(7) - whole)
    if bool(((p.sum([1], True) < top_p) & ~(cut | greedy)).any()):
      best, order = torch.sort(scores, -1, True)
      p = torch.exp(best.to(7) - whole)
    p = p.masked_fill(cut & (torch.arange(p.size(1), device=p.device) >= top_k), 0.0)
    p = torch.where(cut, p / p.sum([1], True), p)
    c = torch.cumsum(p, 1)
    last = (c - p < top_p).sum([1], True).clamp(1) - 1
    place = (c <= c.gather(1, last) * u).sum([1], True)
    return torch.where(greedy, likeliest, order.gather(1, torch.minimum(place, last))).squeeze(1)

  # Runs the rows, and picks the tokens that follow the last `draws` rows of each sequence: targets hold, per pick, the token to score
  # (the pick is then the likeliest one), or -1 to draw one, with its uniform number. temperatures, top_ks, top_ps, penalties: one per sequence. said: what a penalty counts as
  # said before a sequence's rows, said_counts of them. Gives per pick [token, surprisal in bits, entropy in bits], then the inputs that
  # each product used.
  def run(self: __torch__.Decoder, shape: List[int], eps: float, ws: List[Tensor], ends: List[Tensor], kvs: List[Tensor], ids: List[int], starts: List[int], counts: List[int], thresholds: List[float], floors: List[int], collect: bool, ratios: Tensor, energy: Tensor, probe: Tensor, draws: List[int], targets: List[int], uniforms: List[float], temperatures: List[float], top_ks: List[int], top_ps: List[float], penalties: List[float], said: List[int], said_counts: List[int]) -> List[float]:
    used = annotate(List[float], [])
    h = (self).layers(shape, eps, ws, ends, kvs, ids, starts, counts, thresholds, floors, collect, ratios, energy, probe, ratios[:0], used)
    result = annotate(List[float], [])
    if len(targets) == 0:
      return result
    rows = annotate(List[int], [])
    end = 0
    for i in range(len(counts)):
      end = end + counts[i]
      for j in range(end - draws[i], end):
        rows.append(j)
    if len(rows) < len(ids):
      h = h.index_select(0, torch.tensor(rows, device=h.device))
    logits = (self).head(shape, eps, ends, h)
    numbers = annotate(List[float], [])
    scored = annotate(List[float], [])
    before = annotate(List[int], [])
    before_ends = annotate(List[int], [])
    asks = False
    most = 0
    pick = 0
    at = 0
    first = 0
    for i in range(len(counts)):
      for j in range(draws[i]):
        temperature = temperatures[i]
        if targets[pick] >= 0:
          asks = True
          temperature = 0.0
        elif penalties[i] != 1.0:
          before.extend(said[first:first + said_counts[i]])
          before.extend(ids[at:at + counts[i] - draws[i] + j + 1])
        if temperature > 0.0:
          if top_ks[i] > 0:
            most = ops.prim.max(most, top_ks[i])
          else:
            most = ops.prim.max(most, 1024)
        numbers.extend([temperature, float(top_ks[i]), top_ps[i], uniforms[pick]])
        scored.append(penalties[i])
        before_ends.append(len(before))
        pick = pick + 1
      at = at + counts[i]
      first = first + said_counts[i]
    scores = (self).penalize(logits, scored, before, before_ends)
    if most == 0:
      tokens = torch.argmax(scores, -1)
    else:
      tokens = (self).draw(scores, torch.tensor(numbers, dtype=7, device=scores.device).view([-1, 4]), most)
    asked = tokens
    if asks:
      asked = torch.tensor(targets, device=scores.device)
      asked = torch.where(asked < 0, tokens, asked)
    logp = torch.log_softmax(logits, -1)
    gain = logp.gather(1, asked.unsqueeze(1)).squeeze(1)
    answer = torch.stack([tokens.to(6), gain, torch.sum(torch.exp(logp) * logp, [-1])]).cpu()
    for i in range(pick):
      result.append(float(answer[0][i]))
      result.append(float(answer[1][i]) / -0.6931471805599453)
      result.append(float(answer[2][i]) / -0.6931471805599453)
    return result + used

  # Raw logits [N, V] of all rows.
  def logits(self: __torch__.Decoder, shape: List[int], eps: float, ws: List[Tensor], ends: List[Tensor], kvs: List[Tensor], ids: List[int], starts: List[int], counts: List[int], thresholds: List[float], floors: List[int]) -> Tensor:
    used = annotate(List[float], [])
    h = (self).layers(shape, eps, ws, ends, kvs, ids, starts, counts, thresholds, floors, False, ends[0], ends[0], ends[0], ends[0], used)
    return (self).head(shape, eps, ends, h)

  # Runs the rows, dense, for what they add to energy, probe and losses.
  def losses(self: __torch__.Decoder, shape: List[int], eps: float, ws: List[Tensor], ends: List[Tensor], kvs: List[Tensor], ids: List[int], starts: List[int], counts: List[int], thresholds: List[float], floors: List[int], ratios: Tensor, energy: Tensor, probe: Tensor, losses: Tensor) -> bool:
    _0 = (self).layers(shape, eps, ws, ends, kvs, ids, starts, counts, thresholds, floors, True, ratios, energy, probe, losses, annotate(List[float], []))
    return True

  # One product alone with each of several matrices, for timing it.
  def time(self: __torch__.Decoder, shape: List[int], x: Tensor, ws: List[Tensor], threshold: float, floor: int, times: int) -> bool:
    used = annotate(List[float], [])
    nothing = torch.empty([0])
    shifts = (self).shifts(shape)
    for i in range(times):
      for w in ws:
        _0 = (self).product(x, w, nothing, [threshold], [floor], 0, (self).kernel(w, x.size(0), shape), shifts, used)
    return True

  # Puts neurons into slots of a set of neurons in place: columns of gate and up, rows of down. In the set the weights of a neuron of gate and up are
  # one row (set_up is the transpose of that), so that what is written is contiguous. What is read of gate and up is so where `read` has it, from the
  # model's files; where that is empty, columns are read, which costs the most.
  def swap(self: __torch__.Decoder, up: Tensor, up_bias: Tensor, down: Tensor, set_up: Tensor, set_bias: Tensor, set_down: Tensor, slots: Tensor, neurons: Tensor, read: Tensor) -> bool:
    width = down.size(0)
    room = set_down.size(0)
    if up.size(1) > width:
      columns = torch.cat([neurons, neurons + width])
      places = torch.cat([slots, slots + room])
    else:
      columns = neurons
      places = slots
    if read.numel() > 0:
      rows = read.to(set_up.dtype)
    else:
      rows = torch.gather(up, 1, columns.expand([up.size(0), -1])).t().contiguous()
    _0 = torch.index_put_(set_up.t(), annotate(List[Optional[Tensor]], [places]), rows)
    if up_bias.numel() > 0:
      _1 = set_bias.index_copy_(0, places, up_bias.index_select(0, columns))
    _2 = torch.index_put_(set_down, annotate(List[Optional[Tensor]], [slots]), down.index_select(0, neurons))
    return True

  # Writes columns of a block of a source matrix, transposed or not, into a matrix at a row and a column. A vector is a matrix of one row.
  def place(self: __torch__.Decoder, block: Tensor, first: int, columns: int, transpose: bool, target: Tensor, row: int, column: int) -> bool:
    block = block.narrow(1, first, columns)
    if transpose:
      block = block.t()
    target = target.view([-1, target.size(-1)])
    _0 = target.narrow(0, row, block.size(0)).narrow(1, column, block.size(1)).copy_(block)
    return True

  # Makes neighbours of what the rotation pairs, i and i + R/2, in the first `heads` heads of a matrix [in, heads * E ...] in place.
  def pair(self: __torch__.Decoder, target: Tensor, heads: int, width: int, rotary: int) -> bool:
    part = target.view([-1, target.size(-1)]).narrow(1, 0, heads * width).unflatten(1, [heads, width]).narrow(2, 0, rotary)
    halves = part.clone().unflatten(2, [2, rotary // 2])
    _0 = part.copy_(halves.transpose(2, 3).flatten(2))
    return True

  # Room for a tensor, of zeros. Tensors of every kind are made here: DJL cannot make all of them.
  def allocate(self: __torch__.Decoder, like: Tensor, sizes: List[int], dtype: int) -> Tensor:
    return torch.zeros(sizes, dtype=dtype, device=like.device)

  # Eight bits for each weight and a scale and an offset for each row, the outputs in parts.
  def quantize(self: __torch__.Decoder, w: Tensor, parts: int) -> Tensor:
    return ops.quantized.embedding_bag_byte_prepack(w.view([-1, w.size(1) // parts]))

  # Whether no number is infinite or not a number.
  def finite(self: __torch__.Decoder, w: Tensor) -> bool:
    return bool(torch.isfinite(w.min()) & torch.isfinite(w.max()))

  # The sum of squares of each input's weights [in], of a matrix [in, out] in floats or in eight bits.
  def squares(self: __torch__.Decoder, w: Tensor, inputs: int) -> Tensor:
    if w.dtype == 0:
      parts = annotate(List[Tensor], [])
      for first in range(0, w.size(0), 1024):
        block = ops.quantized.embedding_bag_byte_unpack(w.narrow(0, first, ops.prim.min(1024, w.size(0) - first)))
        parts.append(torch.linalg_vector_norm(block, 2, [1]))
      norms = torch.cat(parts)
    else:
      norms = torch.linalg_vector_norm(w, 2, [1], False, dtype=6)
    return norms.square().view([inputs, -1]).sum([1])

  # Copies the first positions of one cache into another.
  def copy(self: __torch__.Decoder, source: Tensor, target: Tensor, positions: int) -> bool:
    _0 = target.narrow(1, 0, positions).copy_(source.narrow(1, 0, positions))
    return True
