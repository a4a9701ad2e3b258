"""What a customer means: language, intent, entities, dates."""
