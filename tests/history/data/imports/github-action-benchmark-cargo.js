window.BENCHMARK_DATA = {
  "lastUpdate": 1,
  "repoUrl": "",
  "entries": {
    "Rust Benchmark": [
      {
        "commit": {
          "id": "c18222af6539b309e29f6b9b6fd62d2e6523e25d",
          "message": "test",
          "timestamp": "2023-03-23T14:51:11Z"
        },
        "date": 1679586481033,
        "tool": "cargo",
        "benches": [
          {
            "name": "fib 20",
            "value": 18121,
            "range": "± 185",
            "unit": "ns/iter"
          }
        ]
      },
      {
        "commit": {
          "id": "406921da02787a396a01e529c3298cd1d4606a7f",
          "message": "test",
          "timestamp": "2023-03-23T14:51:11Z"
        },
        "date": 1679586743778,
        "tool": "cargo",
        "benches": [
          {
            "name": "fib 10",
            "value": 166,
            "range": "± 9",
            "unit": "ns/iter"
          }
        ]
      }
    ]
  }
}