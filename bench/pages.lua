-- One line for each run of wrk: latencies in milliseconds, answers a second, answers that were no success.
done = function(summary, latency, requests)
  local ms = function(p) return latency:percentile(p) / 1000 end
  local e = summary.errors
  local bad = e.connect + e.read + e.write + e.status + e.timeout
  local rate = summary.requests / (summary.duration / 1e6)
  io.write(string.format("RESULT %9.2f %9.2f %9.2f %10.0f %6d\n", ms(50), ms(90), ms(99), rate, bad))
end
