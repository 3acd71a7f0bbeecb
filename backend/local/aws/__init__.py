"""AWS on this machine: moto's engine in a process of our own, and what moto lacks.

moto answers S3, SQS, SNS and DynamoDB.  This layer deploys the same CloudFormation template as
AWS gets, runs the Lambdas in AWS's runtime client and the state machines itself, keeps the sent
mail, checks signed requests and writes every acknowledged change through to disk.
`server.LocalAws` is the way in; ``python -m backend.local.aws`` is the process.
"""
