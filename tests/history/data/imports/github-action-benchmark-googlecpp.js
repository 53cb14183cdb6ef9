window.BENCHMARK_DATA = {
  "lastUpdate": 1,
  "repoUrl": "",
  "entries": {
    "C++ Benchmark": [
      {
        "commit": {
          "id": "eb34f26b8837a5e0a81a4aa22e0a62ffd6b17822",
          "message": "make a change again",
          "timestamp": "2021-09-02T19:34:43+08:00"
        },
        "date": 1630582580526,
        "tool": "googlecpp",
        "benches": [
          {
            "name": "fib_10",
            "value": 198.0191520825881,
            "unit": "ns/iter",
            "extra": "iterations: 3416913\ncpu: 198.00709353735377 ns\nthreads: 1"
          }
        ]
      }
    ],
    "Benchmark.js Benchmark": [
      {
        "commit": {
          "id": "6eefac31eeb0c49c7baaea8c546e4c8fda030d51",
          "message": "Prototype a Node.js native add-on (alpha) (#567)\n\nSigned-off-by: somebody",
          "timestamp": "2025-12-05T15:51:38-04:00"
        },
        "date": 1764964651654,
        "tool": "benchmarkjs",
        "benches": [
          {
            "name": "E2E_Parse_BlazeJSON_ui5_manifest",
            "value": 111,
            "range": "±0.32%",
            "unit": "ops/sec",
            "extra": "81 samples"
          }
        ]
      }
    ],
    "Go Benchmark": [
      {
        "commit": {
          "id": "92cdc99c6c6ed652322e0bd18c34a2d201641a81",
          "message": "Merge pull request #5",
          "timestamp": "2024-03-12T07:45:07+01:00"
        },
        "date": 1710225936568,
        "tool": "go",
        "benches": [
          {
            "name": "BenchmarkDummy",
            "value": 1000087067,
            "unit": "ns/op",
            "extra": "1 times\n4 procs"
          },
          {
            "name": "BenchmarkDummy",
            "value": 1000908009,
            "unit": "ns/op",
            "extra": "1 times\n4 procs"
          }
        ]
      }
    ]
  }
}