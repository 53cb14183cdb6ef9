window.BENCHMARK_DATA = {
  "lastUpdate": 1,
  "repoUrl": "",
  "entries": {
    "Benchmark": [
      {
        "commit": {
          "id": "fb7ad41bcdbbbd39d22529820bd5233a8e15f494",
          "message": "change gh-pages-branch",
          "timestamp": "2024-03-12T15:59:50-04:00"
        },
        "date": 1710273611609,
        "tool": "customBiggerIsBetter",
        "benches": [
          {
            "name": "pybench2 Dummy 1",
            "value": "31",
            "unit": "Percent"
          },
          {
            "name": "pybench2 Dummy 2",
            "value": "70",
            "unit": "Megabytes",
            "range": "3",
            "extra": "Value for Tooltip: 25\nOptional Num #2: 100\nAnything Else!"
          },
          {
            "name": "no-unit",
            "value": "30",
            "range": "3"
          },
          {
            "name": "empty-unit",
            "value": "89",
            "unit": "",
            "range": "3"
          }
        ]
      }
    ]
  }
}