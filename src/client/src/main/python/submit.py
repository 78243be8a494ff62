"""Posts a prompt and prints its tokens as they come.

pip install 'confluent-kafka[avro]' && python3 submit.py "once upon a time"
"""
import os, sys, uuid
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

KAFKA = {"bootstrap.servers": os.environ.get("CLADA_BOOTSTRAP_SERVERS", "127.0.0.1:9092")}
REGISTRY = SchemaRegistryClient({"url": os.environ.get("CLADA_SCHEMA_REGISTRY_URL", "http://127.0.0.1:8081")})
# What is set here; all else takes its default. The whole record: schemas/src/main/avro/GenerationRequest.avsc
REQUEST = """{"type": "record", "name": "GenerationRequest", "namespace": "io.clada.schemas", "fields": [
    {"name": "prompt", "type": "string", "default": ""},
    {"name": "max_new_tokens", "type": ["null", "int"], "default": null}]}"""

consumer = Consumer({**KAFKA, "group.id": "python", "enable.auto.commit": False, "isolation.level": "read_committed"})
tokens = [TopicPartition("clada.tokens", p) for p in consumer.list_topics("clada.tokens").topics["clada.tokens"].partitions]
for partition in tokens:  # from here on, and not from when the consumer first looks
    partition.offset = consumer.get_watermark_offsets(partition)[1]
consumer.assign(tokens)

request_id = str(uuid.uuid4())
request = {"prompt": sys.argv[1], "max_new_tokens": 40}
value = AvroSerializer(REGISTRY, REQUEST)(request, SerializationContext("clada.requests", MessageField.VALUE))
producer = Producer({**KAFKA, "partitioner": "murmur2_random"})  # as Java's, so that any client's tombstone finds it
producer.produce("clada.requests", key=request_id, value=value)
producer.flush()

read, finish = AvroDeserializer(REGISTRY), None
while finish is None:
    message = consumer.poll(1.0)
    if message is None or message.error() or message.key().decode() != request_id:
        continue
    token = read(message.value(), SerializationContext("clada.tokens", MessageField.VALUE))
    print(token["text"], end="", flush=True)
    finish = token["finish"]
print(f"\n{finish}: {token['message'] or token['usage']}")
