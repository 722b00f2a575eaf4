# Loads a delimited file into a table of Cassandra with Spark's connector. What it needs to know comes by standard input, as JSON.
import json
import sys

from pyspark.sql import SparkSession

job = json.load(sys.stdin)
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.jars", ",".join(job["jars"]))
    .config("spark.ui.enabled", "false")
    .config("spark.cassandra.connection.host", job["host"])
    .config("spark.cassandra.connection.port", job["port"])
    .config("spark.cassandra.connection.localDC", job["dataCenter"])
    .config("spark.cassandra.auth.username", job["user"])
    .config("spark.cassandra.auth.password", job["password"])
    .getOrCreate()
)
rows = spark.read.csv(job["file"], header=True, sep=job["delimiter"], quote=job["quote"])
rows.write.format("org.apache.spark.sql.cassandra").options(keyspace=job["keyspace"], table=job["table"]).mode("append").save()
spark.stop()
